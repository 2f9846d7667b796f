import HTTPTypes
import Hummingbird

/// What the service is, does and would do.
extension ConsoleRoutes {
    var looking: [Route] {
        [
            Route(
                method: .get,
                template: "/api/cleanup/status",
                role: .view,
                summary: "Health, next firings, tasks with their last runs, and what is in force.",
                answers: [.json("Status")]
            ) { _ in try JSONForm.answer(try await backend.status()) },
            Route(
                method: .get,
                template: "/api/cleanup/metrics",
                role: .view,
                summary: "Totals as JSON; everything else is on /metrics.",
                answers: [.json("Totals")]
            ) { _ in try JSONForm.answer(try await backend.totals()) },
            candidates("/api/cleanup/candidates", onlyOrphans: false, "What a run of the task would do now."),
            candidates(
                "/api/cleanup/orphaned",
                onlyOrphans: true,
                "As candidates, but only items that go because nothing refers to them."
            ),
            Route(
                method: .get,
                template: "/api/cleanup/events",
                role: .view,
                summary: "Progress of runs as server-sent events: `progress`, with a list of Progress as data.",
                answers: [.other("text/event-stream")]
            ) { try events.answer($0.request) },
        ]
    }

    private func candidates(_ template: String, onlyOrphans: Bool, _ summary: String) -> Route {
        Route(
            method: .get,
            template: template,
            role: .view,
            summary: summary,
            parameters: [.task(isRequired: true), .search, .after, .limit],
            answers: [.json("Candidates")]
        ) { call in
            let found = try await backend.candidates(
                task: call.query.text("task") ?? "",
                search: call.query.text("search"),
                onlyOrphans: onlyOrphans,
                after: call.query.text("after"),
                limit: call.query.integer("limit")
            )
            return try JSONForm.answer(found)
        }
    }
}
