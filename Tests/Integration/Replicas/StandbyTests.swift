import Foundation
import Support
import Testing

extension ReplicaTests {
    /// `coordination: local` with a state in PostgreSQL: one replica works, the others stand by.
    @Suite struct StandbyTests {
        @Test func theSecondDoesNothingUntilTheFirstHasGone() async throws {
            try await ReplicaWorld.with { world in
                try await world.makeTable("logs", rows: 10)
                let cleanupd = try world.cleanupd(
                    coordination: "local",
                    cycles: "  often: { every: 1s, at_start: true, tasks: [logs] }",
                    tasks: ReplicaWorld.task("logs")
                )
                try await world.installFence(cleanupd)
                try await withReplicas(1, cleanupd) { first in
                    try await first[0].waitForFirst("leader_gained")
                    try await withReplicas(2, cleanupd) { others in
                        #expect(try await world.isEmptied("logs", seconds: 30))
                        try await Self.expectWorker(first[0], others, world)
                        for other in others {
                            #expect(try await other.request("/readyz").status == 200)
                            // The schedule is everybody's, though the queue is with the first.
                            let started = try await other.request("/api/cleanup/schedule/start", method: "POST")
                            #expect(started.status == 200, "\(started.body)")
                        }
                        await first[0].kill9()
                        let second = try await Self.successor(of: first[0], among: others, world, within: 4)
                        let rest = others.filter { $0 !== second }
                        #expect(await second.terminate().code == 0)
                        _ = try await Self.successor(of: second, among: rest, world, within: 4)
                    }
                }
            }
        }

        /// Waits for it, and until it has done what has fallen due since.
        private static func successor(
            of former: ServeProcess,
            among others: [ServeProcess],
            _ world: ReplicaWorld,
            within seconds: Double
        ) async throws -> ServeProcess {
            let found = try await newLeader(among: others, since: .now, within: 30)
            let next = try #require(found)
            #expect(next.seconds < seconds, "the hand-over took \(next.seconds) s")
            let last = try await world.number("SELECT max(number) FROM cleanupd.run")
            try await world.addRows(10, to: "logs")
            #expect(try await world.isEmptied("logs", seconds: 30))
            try await expectWorker(next.replica, others.filter { $0 !== next.replica }, world, after: last)
            return next.replica
        }

        private static func service(_ replica: ServeProcess) async throws -> (isLeader: Bool?, leaderName: String?) {
            let answer = try await replica.request("/api/cleanup/status")
            let status = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any] ?? [:]
            return (status.flag("service", "leader"), status.text("service", "leader_name"))
        }

        private static func expectWorker(
            _ worker: ServeProcess,
            _ others: [ServeProcess],
            _ world: ReplicaWorld,
            after last: Int = 0
        ) async throws {
            #expect(try await worker.leads())
            let name = try await service(worker).leaderName
            for other in others {
                #expect(try await !other.leads())
                // It may just be asking.
                let told = try await eventually(seconds: 20) { () -> Bool? in
                    try await service(other).leaderName == name ? true : nil
                }
                #expect(told == true, "the one that stands by does not know that \(name ?? "nobody") leads")
            }
            // A run that had begun before may have been the one that found the table's new rows.
            let pids = try await eventually(seconds: 20) { () -> String? in
                let pids = try await world.sql("SELECT DISTINCT pid FROM cleanupd.run WHERE number > \(last)")
                return pids.isEmpty ? nil : pids
            }
            #expect(pids == "\(worker.pid)")
        }
    }
}
