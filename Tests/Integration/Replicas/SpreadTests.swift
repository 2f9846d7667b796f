import Foundation
import Support
import Testing

extension ReplicaTests {
    /// Work spreads over the replicas, and each task is done by one of them at a time.
    @Suite struct SpreadTests {
        private static let names = ["one", "two", "three"]
        private static let lastSuccess = "cleanup_task_last_success_timestamp_seconds"

        @Test func cyclesRunSideBySideAndATaskNeverTwice() async throws {
            try await ReplicaWorld.with { world in
                for name in Self.names { try await world.makeTable(name, rows: 200) }
                let cleanupd = try world.cleanupd(
                    cycles: Self.names.map { "  \($0): { every: 24h, at_start: true, tasks: [\($0)] }" }
                        .joined(separator: "\n"),
                    tasks: Self.names.map { ReplicaWorld.task($0) }.joined()
                )
                try await world.installFence(cleanupd)
                try await world.blockLead()
                try await withReplicas(3, cleanupd) { replicas in
                    try await world.freeLead()
                    let workers = try await eventually(seconds: 30) { try await Self.workers(world) }
                    #expect(Set(try #require(workers)).count == 3, "\(workers ?? [])")
                    for name in Self.names {
                        let run = try await cleanupd.run("run", name, "--force")
                        #expect(run.code == 5, "\(run.errorText)")
                        #expect(run.errorText.contains("task \(name)"), "\(run.errorText)")
                        #expect(try await world.rows(name) > 0, "it was to be asked for in the midst of the work")
                    }
                    for name in Self.names {
                        #expect(try await world.isEmptied(name, seconds: 60))
                        try await Self.expectOneTime(name, replicas)
                        #expect(try await world.runs(name) == ["success -"])
                        #expect(try await world.touched(name) == 200)
                    }
                    #expect(try await world.touchedByOlderEpochs() == 0)
                    #expect(try await cleanupd.run("run", "one", "--force").code == 0)
                }
            }
        }

        /// Who works, once all three tasks are under way.
        private static func workers(_ world: ReplicaWorld) async throws -> [String]? {
            for name in names where try await world.touched(name) == 0 { return nil }
            var workers: [String] = []
            for id in try await world.jobs() where try await world.job(id, "state") == "active" {
                workers.append(try await world.job(id, "worker"))
            }
            return workers
        }

        private static func expectOneTime(_ task: String, _ replicas: [ServeProcess]) async throws {
            let times = try await eventually(seconds: 20) { () -> [Double]? in
                var times: [Double] = []
                for replica in replicas { times.append(try await replica.sample(lastSuccess, task: task) ?? 0) }
                return times.contains(0) ? nil : times
            }
            #expect(Set(try #require(times)).count == 1)
        }
    }
}
