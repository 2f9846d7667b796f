import Foundation
import Support
import Testing

extension ReplicaTests {
    /// A replica that is stopped in the midst of its work for longer than its locks last, and then goes on.
    @Suite(.tags(.r1)) struct PausedReplicaTests {
        private static let lockLost = #"cleanup_task_run_failures_total{task="work",reason="lock_lost"}"#
        private static let cycles = """
              once: { every: 24h, at_start: true, tasks: [work], retry: { attempts: 3, backoff: 1s } }
            """

        @Test func itDeletesNoMoreRowsOnceAnotherHasGoneOn() async throws {
            try await ReplicaWorld.with(ttl: .seconds(1)) { world in
                try await world.makeTable("work", rows: 300)
                let cleanupd = try world.cleanupd(cycles: Self.cycles, tasks: ReplicaWorld.task("work"))
                try await world.installFence(cleanupd)
                try await withWorkingLeader(world, cleanupd, task: "work") { leader, _ in
                    try await world.waitUntilTouched("work")
                    let resumes = ContinuousClock.now + world.ttl * 2
                    try await Self.stopBetweenBatches(leader, world)
                    let former = try await world.number("SELECT max(epoch) FROM touched")
                    let goesOn = try await eventually(seconds: 30) {
                        let newest = try await world.number("SELECT max(epoch) FROM touched")
                        return newest > former && ContinuousClock.now > resumes ? true : nil
                    }
                    #expect(goesOn == true, "nobody goes on")
                    try #require(try await world.rows("work") > 0, "there must be something left for the former one")
                    leader.signal(SIGCONT)
                    try await Self.waitUntilLockLost(leader)
                    #expect(try await world.isEmptied("work", seconds: 60))
                    #expect(try await world.touchedByOlderEpochs() == 0)
                    #expect(try await world.touched("work") == 300)
                }
            }
        }

        @Test func itDeletesNoMoreFilesOnceItsTrustHasEnded() async throws {
            try await ReplicaWorld.with(ttl: .seconds(1)) { world in
                let data = world.folder.appendingPathComponent("data")
                try await Command.run(
                    "/bin/sh",
                    [
                        "-c", "mkdir \"$1\" && cd \"$1\" && seq -f %04g.tmp 400 | xargs touch -d '60 days ago'", "sh",
                        data.path,
                    ]
                ).check()
                let task = """
                      work:
                        files: { in: data, match: ["*.tmp"] }
                        remove: { older_than: 30d }
                        pace: { batch: 4, pause: 50ms }
                    """
                let cleanupd = try world.cleanupd(cycles: Self.cycles, tasks: task)
                try await withWorkingLeader(world, cleanupd, task: "work") { leader, others in
                    try await Self.waitUntilFewer(than: 400, data)
                    try await leader.halt()
                    let left = try Self.files(data)
                    let resumes = ContinuousClock.now + world.ttl * 2
                    let goesOn = try await eventually(seconds: 30) {
                        try Self.files(data) < left && ContinuousClock.now > resumes ? true : nil
                    }
                    #expect(goesOn == true, "nobody goes on")
                    try #require(try Self.files(data) > 0, "there must be something left for the former one")
                    leader.signal(SIGCONT)
                    try await Self.waitUntilLockLost(leader)
                    let isDone = try await eventually(seconds: 60) { try Self.files(data) == 0 ? true : nil }
                    #expect(isDone == true)
                    let deleted = #"cleanup_items_deleted_total{task="work"}"#
                    // Those of a batch that was under way count for nobody, because their outcome was not written.
                    #expect(try await leader.sample(deleted) ?? 0 <= Double(400 - left))
                    #expect(try await sum(deleted, of: others) == Double(left))
                }
            }
        }

        /// While it holds a transaction open, it is its turn, and another one waits for it.
        private static func stopBetweenBatches(_ replica: ServeProcess, _ world: ReplicaWorld) async throws {
            let sessions = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                    AND state <> 'idle'
                """
            let isStopped = try await eventually(seconds: 30, every: .milliseconds(10)) { () -> Bool? in
                try await replica.halt()
                if try await world.number(sessions) == 0 { return true }
                replica.signal(SIGCONT)
                return nil
            }
            try #require(isStopped == true)
        }

        private static func waitUntilLockLost(_ replica: ServeProcess) async throws {
            let ends = try await eventually(seconds: 30) { try await replica.sample(lockLost) == 1 ? true : nil }
            #expect(ends == true, "its run does not end")
        }

        private static func files(_ folder: URL) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).count
        }

        private static func waitUntilFewer(than count: Int, _ folder: URL) async throws {
            let begins = try await eventually(seconds: 30, every: .milliseconds(20)) {
                try files(folder) < count ? true : nil
            }
            try #require(begins == true)
        }
    }
}
