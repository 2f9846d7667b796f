import Foundation
import Support
import Testing

extension ReplicaTests {
    /// What `/metrics` says of the servers behind connections, and of their clocks.
    @Suite struct BackendMetricsTests {
        private static func requests(_ connection: String, _ operation: String) -> String {
            #"cleanup_backend_requests_total{connection="\#(connection)",operation="\#(operation)"}"#
        }

        private static func offset(_ source: String) -> String {
            #"cleanup_clock_offset_seconds{source="\#(source)"}"#
        }

        @Test func callsAreCountedAndClocksComparedFromTheFirstMinuteOn() async throws {
            try await ReplicaWorld.with { world in
                try await world.makeTable("logs", rows: 20)
                let cleanupd = try world.cleanupd(
                    cycles: "  often: { every: 24h, at_start: true, tasks: [logs] }",
                    tasks: ReplicaWorld.task("logs")
                )
                try await world.installFence(cleanupd)
                try await withServe(cleanupd) { serve in
                    #expect(try await serve.sample(Self.requests("app", "connect")) != nil)
                    #expect(try await world.isEmptied("logs", seconds: 30))
                    let samples = try await serve.samples()
                    let queries = try #require(samples[Self.requests("app", "query")])
                    #expect(queries > 5, "\(queries)")
                    let failures = samples.filter {
                        $0.key.hasPrefix(#"cleanup_backend_request_failures_total{connection="app""#)
                    }
                    #expect(!failures.isEmpty)
                    #expect(failures.values.allSatisfy { $0 == 0 }, "\(failures)")
                    #expect(samples[#"cleanup_backend_circuit_open{connection="app"}"#] == 0)
                    for source in ["app", "state", "coordination"] {
                        let offset = try await eventually(seconds: 30) { try await serve.sample(Self.offset(source)) }
                        #expect(abs(try #require(offset)) < 5, "\(source)")
                    }
                }
            }
        }
    }
}
