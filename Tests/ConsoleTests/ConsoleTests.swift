import Console
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Telemetry
import Testing

@Suite struct ConsoleTests {
    @Test(arguments: [
        ("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("", "text/plain; version=0.0.4; charset=utf-8"),
    ])
    func metricsAnswerInTheFormatThatIsAskedFor(accept: String, contentType: String) async throws {
        let bench = try ConsoleBench()
        try await bench.app { client in
            try await client.execute(uri: "/metrics", method: .get, headers: [.accept: accept]) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == contentType)
                #expect(String(buffer: response.body).contains("cleanup_leader 1"))
            }
        }
    }

    @Test func metricsAnswerInProtobufToWhoAsksForThatMessage() async throws {
        let bench = try ConsoleBench()
        let type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
        try await bench.app { client in
            try await client.execute(uri: "/metrics", method: .get, headers: [.accept: type]) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == type)
                let body = Array(buffer: response.body)
                // The tag of a family's first field, the length of its name, and the name.
                let name = Array("cleanup_leader".utf8)
                #expect(body.firstRange(of: [0x0A, UInt8(name.count)] + name) != nil)
                #expect(body.firstRange(of: Array("cleanup_leader 1".utf8)) == nil)
            }
        }
    }

    @Test func compressedMetricsHoldTheSameBytes() async throws {
        let bench = try ConsoleBench()
        try await bench.app { client in
            try await client.execute(uri: "/metrics", method: .get, headers: [.acceptEncoding: "gzip"]) { response in
                #expect(response.headers[.contentEncoding] == "gzip")
                let text = try Inflate.text(Array(buffer: response.body))
                #expect(text.contains("cleanup_leader 1"))
                #expect(text.hasSuffix("\n"))
            }
        }
    }

    @Test func readinessNamesWhatIsMissing() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.notReady = "the state file is read-only" }
        try await bench.app { client in
            try await client.execute(uri: "/readyz", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(String(buffer: response.body) == "not ready: the state file is read-only\n")
            }
            try await client.execute(uri: "/healthz", method: .get) { #expect($0.status == .ok) }
        }
    }

    @Test func failedReloadIsAProblemDocumentWithTheCause() async throws {
        let bench = try ConsoleBench()
        bench.backend.state.withLock { $0.reloadFails = true }
        try await bench.app { client in
            try await client.execute(uri: "/-/reload", method: .post, headers: bench.local) { response in
                #expect(response.status == .unprocessableContent)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(String(buffer: response.body).contains("cleanup.yaml:3:1"))
            }
        }
    }

    @Test func quitIsRefusedUnlessTheLifeCycleIsOpen() async throws {
        for (isOpen, status) in [(false, HTTPResponse.Status.forbidden), (true, .ok)] {
            let bench = try ConsoleBench(lifecycle: isOpen)
            try await bench.app { client in
                try await client.execute(uri: "/-/quit", method: .post, headers: bench.local) {
                    #expect($0.status == status)
                }
            }
            #expect(bench.backend.state.withLock { $0.quits } == (isOpen ? 1 : 0))
        }
    }

    @Test func requestsAreCountedByRouteAndUnknownOnesTogether() async throws {
        let bench = try ConsoleBench()
        try await bench.app { client in
            try await client.execute(uri: "/healthz", method: .get) { _ in }
            for path in ["/wp-admin", "/etc/passwd"] {
                try await client.execute(uri: path, method: .get) { #expect($0.status == .notFound) }
            }
        }
        let text = String(decoding: bench.registry.render(.text), as: UTF8.self)
        #expect(text.contains(#"cleanup_http_requests_total{route="/healthz",method="GET",code="200"} 1"#))
        #expect(text.contains(#"cleanup_http_requests_total{route="other",method="GET",code="404"} 2"#))
    }
}
