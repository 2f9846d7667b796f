import Foundation
import Support
import Testing

extension ReplicaTests {
    /// Five replicas in networks of their own, of which some are cut off from Redis for a while or reach it late, again
    /// and again; in several worlds at once, as each waits most of the time.
    ///
    /// `CLEANUPD_PARTITION_SCHEDULES` says how often.
    @Suite(.timeLimit(.minutes(Scale.minutes(60))), .tags(.r2)) struct PartitionTests {
        private static let count = 5
        private static let rowsEach = 30
        private static let worlds = 4
        private static let firstProxyPort = 16_001

        /// What happens to one replica.
        private enum Fault {
            case cut(BridgedNetwork.Fault)
            case late(Duration)
        }

        /// A network with its replicas, and a proxy for each between it and Redis.
        private struct Bridge {
            let network: BridgedNetwork
            let proxies: [DelayingProxy]

            func begin(_ fault: Fault, of node: Int) throws {
                switch fault {
                case .cut(let fault): try network.cut(node, fault)
                case .late(let delay): try proxies[node].delay(delay)
                }
            }

            func end(_ fault: Fault, of node: Int) throws {
                switch fault {
                case .cut(let fault): try network.heal(node, fault)
                case .late: try proxies[node].delay(.zero)
                }
            }
        }

        @Test func nobodyLeadsBesideANewerLeaderAndAllGoesOnAfterwards() async throws {
            let environment = ProcessInfo.processInfo.environment
            let schedules =
                environment["CLEANUPD_PARTITION_SCHEDULES"].flatMap { Int($0) } ?? Scale.rounds(100, nightly: 3_000)
            let seed = Scale.seed(202)
            try await withThrowingTaskGroup { group in
                for world in 0..<min(Self.worlds, schedules) {
                    let share = schedules / Self.worlds + (world < schedules % Self.worlds ? 1 : 0)
                    group.addTask { try await Self.partitions(share, seed: seed + UInt64(world)) }
                }
                try await group.waitForAll()
            }
        }

        private static func partitions(_ schedules: Int, seed: UInt64) async throws {
            var generator = SeededGenerator(seed: seed)
            let network = try await onThread { try BridgedNetwork(nodes: Self.count) }
            var options = RedisServer.Options()
            options.launcher = network.hub.launcher
            options.lines = ["bind 127.0.0.1 \(BridgedNetwork.hubAddress)", "protected-mode no"]
            try await ReplicaWorld.with(ttl: .seconds(1), redis: options) { world in
                try await world.makeTable("logs", rows: Self.rowsEach)
                let bridge = try await onThread { try Self.bridge(network, to: world.redis.port) }
                let programs = try await Self.programs(world, network)
                try await withReplicas(programs) { replicas in
                    let sampler = try LeaderSampler(replicas, in: network, folder: world.folder)
                    try await Self.expectLife(world, replicas, "seed \(seed), before the first")
                    for number in 1...schedules {
                        let place = "seed \(seed), schedule \(number)"
                        try await world.addRows(Self.rowsEach, to: "logs")
                        try await Self.partition(bridge, replicas, &generator)
                        try await Self.expectLife(world, replicas, place)
                    }
                    try await Self.expectSafety(world, sampler, schedules, "seed \(seed)")
                }
            }
        }

        private static func bridge(_ network: BridgedNetwork, to port: Int) throws -> Bridge {
            let proxies = try (0..<count).map { node in
                try DelayingProxy(
                    launcher: network.hub.launcher,
                    address: BridgedNetwork.hubAddress,
                    port: firstProxyPort + node,
                    target: port
                )
            }
            return Bridge(network: network, proxies: proxies)
        }

        /// They reach PostgreSQL by its socket, and Redis by the bridge and a proxy of their own.
        private static func programs(_ world: ReplicaWorld, _ network: BridgedNetwork) async throws -> [CleanupdProcess]
        {
            var bySocket = world
            bySocket.programsDatabase = try PostgresTestServer.shared.overSocket(world.database)
            let cleanupd = try bySocket.cleanupd(
                coordination: "redis://\(BridgedNetwork.hubAddress):${REDIS_PORT}",
                cycles: "  often: { every: 1s, tasks: [logs] }",
                tasks: ReplicaWorld.task("logs")
            )
            let programs = network.nodes.enumerated().map { index, node in
                var program = cleanupd
                program.launcher = node.launcher
                program.environment["REDIS_PORT"] = "\(firstProxyPort + index)"
                return program
            }
            try await world.installFence(programs[0])
            return programs
        }

        /// Cuts some off, or makes them late, the leader among them or not, each in a way of its own; and heals them.
        private static func partition(
            _ bridge: Bridge,
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
            let faults = order.prefix(Int.random(in: 1...count - 1, using: &generator)).map { node in
                (node, fault(&generator))
            }
            let length = Duration.milliseconds(Int.random(in: 200...3_000, using: &generator))
            try await onThread { for (node, fault) in faults { try bridge.begin(fault, of: node) } }
            try await Task.sleep(for: length)  // banned-ok: how long the fault lasts
            try await onThread { for (node, fault) in faults { try bridge.end(fault, of: node) } }
        }

        private static func fault(_ generator: inout SeededGenerator) -> Fault {
            let all = BridgedNetwork.Fault.allCases
            let choice = Int.random(in: 0..<all.count + 2, using: &generator)
            // Up to 10 seconds; half of them so short that answers come while they still count.
            let longest = choice == all.count ? 10_000 : 800
            return choice < all.count
                ? .cut(all[choice]) : .late(.milliseconds(Int.random(in: 0...longest, using: &generator)))
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
