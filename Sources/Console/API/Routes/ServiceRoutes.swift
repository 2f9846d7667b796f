import HTTPTypes
import Hummingbird

/// Monitoring, health and life cycle.
extension ConsoleRoutes {
    var metrics: Route {
        Route(
            method: .get,
            template: "/metrics",
            role: roleOfMonitoring,
            summary: "All metrics, for Prometheus.",
            answers: [.other("text/plain"), .other("application/openmetrics-text")]
        ) { try await scrapes.answer($0.request) }
    }

    var health: [Route] {
        [
            Route(
                method: .get,
                template: "/healthz",
                role: roleOfMonitoring,
                summary: "The process answers, and says what the kernel keeps it from.",
                answers: [.other("text/plain")]
            ) { _ in Self.text(.ok, "alive\ncontainment: \(backend.containment)\n") },
            Route(
                method: .get,
                template: "/readyz",
                role: roleOfMonitoring,
                summary: "State store and scheduler work; otherwise 503 says what does not.",
                answers: [.other("text/plain"), .other("text/plain", .serviceUnavailable)]
            ) { _ in
                guard let reason = await backend.notReadyReason() else { return Self.text(.ok, "ready\n") }
                return Self.text(.serviceUnavailable, "not ready: \(reason)\n")
            },
        ]
    }

    var lifecycle: [Route] {
        [
            Route(
                method: .post,
                template: "/-/reload",
                role: .admin,
                effect: .mends,
                summary: "Reads the configuration again; if it is not wholly valid, the old one stays in force.",
                answers: [.other("text/plain")]
            ) { _ in
                do {
                    try await backend.reload()
                } catch let error as ConsoleError where error.code == .unavailable {
                    // Not of the file, but of what is needed to take it over.
                    throw ConsoleError(error.code, "The old configuration stays in force. \(error)")
                } catch {
                    throw HTTPProblem(.unprocessableContent, "The old configuration stays in force. \(error)")
                }
                return Self.text(.ok, "reloaded\n")
            },
            Route(
                method: .post,
                template: "/-/quit",
                role: .admin,
                effect: .mends,
                summary: "Ends the process in good order, where http.lifecycle allows it.",
                answers: [.other("text/plain")]
            ) { _ in
                guard configuration.lifecycle else {
                    throw HTTPProblem(.forbidden, "POST /-/quit is switched off; http.lifecycle: true allows it.")
                }
                await backend.quit()
                return Self.text(.ok, "ending\n")
            },
        ]
    }

    func openAPI(for routes: ConsoleRoutes) -> Route {
        Route(
            method: .get,
            template: "/api/openapi.json",
            summary: "This document.",
            answers: [.other("application/json")]
        ) { [document = Once<ByteBuffer>()] _ in
            let body = try document.value { ByteBuffer(bytes: try OpenAPIDocument.make(routes.main)) }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: body)
            )
        }
    }
}
