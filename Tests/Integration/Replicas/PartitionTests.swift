import Foundation
import Support
import Testing

extension ReplicaTests {
    /// Five replicas in networks of their own, of which some are cut off from Redis for a while, again and again.
    ///
    /// `CLEANUPD_PARTITION_SCHEDULES` says how often; `CLEANUPD_PARTITION_SEED` repeats a failure.
    @Suite(.timeLimit(.minutes(60))) struct PartitionTests {
        private static let count = 5
        private static let rowsEach = 30

        @Test func nobodyLeadsBesideANewerLeaderAndAllGoesOnAfterwards() async throws {
            let environment = ProcessInfo.processInfo.environment
            let schedules = environment["CLEANUPD_PARTITION_SCHEDULES"].flatMap { Int($0) } ?? 12
            let seed = environment["CLEANUPD_PARTITION_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1_000_000)
            var generator = SeededGenerator(seed: seed)
            let network = try await onThread { try BridgedNetwork(nodes: Self.count) }
            var options = RedisServer.Options()
            options.launcher = network.hub.launcher
            options.lines = ["bind 127.0.0.1 \(BridgedNetwork.hubAddress)", "protected-mode no"]
            try await ReplicaWorld.with(ttl: .seconds(1), redis: options) { world in
                try await world.makeTable("logs", rows: Self.rowsEach)
                let programs = try await Self.programs(world, network)
                try await withReplicas(programs) { replicas in
                    let sampler = try LeaderSampler(replicas, in: network, folder: world.folder)
                    try await Self.expectLife(world, replicas, "seed \(seed), before the first")
                    for number in 1...schedules {
                        let place = "seed \(seed), schedule \(number)"
                        try await world.addRows(Self.rowsEach, to: "logs")
                        try await Self.partition(network, replicas, &generator)
                        try await Self.expectLife(world, replicas, place)
                    }
                    try await Self.expectSafety(world, sampler, schedules, "seed \(seed)")
                }
            }
        }

        /// They reach PostgreSQL by its socket, and Redis by the bridge.
        private static func programs(_ world: ReplicaWorld, _ network: BridgedNetwork) async throws -> [CleanupdProcess]
        {
            var bySocket = world
            bySocket.programsDatabase = try PostgresTestServer.shared.overSocket(world.database)
            let cleanupd = try bySocket.cleanupd(
                coordination: "redis://\(BridgedNetwork.hubAddress):\(world.redis.port)",
                cycles: "  often: { every: 1s, tasks: [logs] }",
                tasks: ReplicaWorld.task("logs")
            )
            let programs = network.nodes.map { node in
                var program = cleanupd
                program.launcher = node.launcher
                return program
            }
            try await world.installFence(programs[0])
            return programs
        }

        /// Cuts some off, the leader among them or not, each in a way of its own; and heals them.
        private static func partition(
            _ network: BridgedNetwork,
            _ replicas: [ServeProcess],
            _ generator: inout SeededGenerator
        ) async throws {
            var order = Array(0..<count).shuffled(using: &generator)
            if Bool.random(using: &generator) {
                for index in 0..<count where try await replicas[index].leads() {
                    order.removeAll { $0 == index }
                    order.insert(index, at: 0)
                }
            }
            let cut = order.prefix(Int.random(in: 1...count - 1, using: &generator)).map { node in
                (node, BridgedNetwork.Fault.allCases.randomElement(using: &generator) ?? .blackhole)
            }
            let length = Duration.milliseconds(Int.random(in: 200...3_000, using: &generator))
            try await onThread { for (node, fault) in cut { try network.cut(node, fault) } }
            try await Task.sleep(for: length)  // banned-ok: how long the fault lasts
            try await onThread { for (node, fault) in cut { try network.heal(node, fault) } }
        }

        /// All are ready, one leads, and what is due goes.
        private static func expectLife(_ world: ReplicaWorld, _ replicas: [ServeProcess], _ place: String) async throws
        {
            #expect(try await world.isEmptied("logs", seconds: 30), "\(place): nothing is deleted")
            let isWhole = try await eventually(seconds: 30) { () -> Bool? in
                for replica in replicas where try await replica.request("/readyz").status != 200 { return nil }
                return try await sum("cleanup_leader", of: replicas) == 1 ? true : nil
            }
            #expect(isWhole == true, "\(place): not all are ready, or nobody leads")
        }

        private static func expectSafety(
            _ world: ReplicaWorld,
            _ sampler: LeaderSampler,
            _ schedules: Int,
            _ place: String
        ) async throws {
            let answers = try sampler.answers()
            let overlap = LeaderSampler.overlap(answers)
            let terms = Set(answers.filter(\.leads).map(\.epoch)).count
            #expect(overlap < 0, "\(place): two led at a time for \(overlap) s")
            #expect(terms > 1, "\(place): the lead never changed")
            #expect(try await world.touchedByOlderEpochs() == 0, "\(place)")
            #expect(try await world.touched("logs") == (schedules + 1) * rowsEach, "\(place)")
            print("\(schedules) partitions, \(terms) terms of leaders, \(answers.count) answers, overlap \(overlap) s")
        }
    }
}
