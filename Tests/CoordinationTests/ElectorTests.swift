import Coordination
import Logging
import ServiceLifecycle
import State
import Support
import Testing

/// Who leads, on a real Redis.
@Suite struct ElectorTests {
    @Test func oneOfThreeLeadsAndTheOthersKnowIt() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(3, on: server) { replicas, _ in
            let leader = try await replicas.leader()
            for other in replicas where other.name != leader.name {
                #expect(try await becomes(within: 5) { other.elector.status.holder == leader.name } != nil)
                #expect(other.elector.leadership == nil)
            }
            #expect(leader.elector.status.holder == nil)
            #expect(leader.elector.status.problem == nil)
        }
    }

    @Test func anotherLeadsWithinASecondWhenTheLeaderEndsInOrder() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(3, on: server, ttl: .seconds(60)) { replicas, _ in
            var left = replicas
            var last: Int64 = 0
            while left.count > 1 {
                let leader = try await left.leader()
                let epoch = try #require(leader.elector.leadership?.epoch)
                #expect(epoch > last)
                last = epoch
                left.removeAll { $0 === leader }
                try await leader.end()
                #expect(leader.elector.leadership == nil)
                let heirs = left
                #expect(try await becomes(within: 1) { heirs.contains { $0.elector.leadership != nil } } != nil)
            }
        }
    }

    @Test func anotherLeadsSoonWhenTheLeaderIsCutOff() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(3, on: server, ttl: .seconds(3)) { replicas, state in
            let leader = try await replicas.leader()
            let heirs = replicas.filter { $0 !== leader }
            await leader.cutOff()
            let time = try await becomes(within: 5) {
                let isLed = heirs.contains { $0.elector.leadership != nil }
                // In this order: whoever was trusted after the other was so.
                if isLed { #expect(leader.elector.leadership == nil) }
                return isLed
            }
            #expect(time != nil, "time-to-live and two seconds")
            #expect(try state.epoch(of: "leader") == 2)
        }
    }

    @Test func changesTellEachGainAndLossInOrder() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(1, on: server, ttl: .seconds(1)) { replicas, state in
            for _ in 1...5 {
                _ = try await replicas.leader()
                let before = try state.epoch(of: "leader")
                try await server.command("DEL", "{test}:lock:leader")
                #expect(try await becomes(within: 10) { try state.epoch(of: "leader") > before } != nil)
            }
            _ = try await replicas.leader()
            try await replicas[0].end()
            var seen: [Int64?] = []
            for await change in replicas[0].elector.changes { seen.append(change?.epoch) }
            let gains = seen.compactMap { $0 }
            #expect(gains.count >= 6)
            #expect(gains == gains.sorted())
            #expect(seen == gains.flatMap { [$0, nil] })
        }
    }

    @Test func startsWithoutRedisAndRecoversByItself() async throws {
        let server = try await RedisServer.started()
        try await server.stop()
        try await withReplicas(1, on: server, areConnected: false) { replicas, _ in
            #expect(try await becomes(within: 10) { replicas[0].elector.status.problem != nil } != nil)
            #expect(replicas[0].elector.leadership == nil)
            try await server.start()
            #expect(try await becomes(within: 10) { replicas[0].elector.leadership != nil } != nil)
            #expect(replicas[0].elector.status.problem == nil)
        }
    }

    @Test func aServiceThatIsToldToEndGivesTheLockBack() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, ttl: .seconds(60), elects: false) { replicas, _ in
            let elector = replicas[0].elector
            let group = ServiceGroup(services: [elector], logger: Logger(label: "test"))
            let running = Task { try await group.run() }
            #expect(try await becomes(within: 10) { elector.leadership != nil } != nil)
            await group.triggerGracefulShutdown()
            try await running.value
            #expect(elector.leadership == nil)
            #expect(try await server.command("EXISTS", "{test}:lock:leader") == "0")
        }
    }

    @Test func endsInTimeWhenRedisDoesNotAnswer() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(1, on: server, ttl: .seconds(30)) { replicas, _ in
            _ = try await replicas.leader()
            try server.pause()
            let start = ContinuousClock.now
            try await replicas[0].end()
            #expect(ContinuousClock.now - start < .seconds(9))
            try server.resume()
        }
    }
}

extension [LeaseReplica] {
    /// Waits for the one that leads.
    func leader() async throws -> LeaseReplica {
        let leader = try await eventually(seconds: 10, every: .milliseconds(3)) {
            first { $0.elector.leadership != nil }
        }
        return try #require(leader, "nobody leads")
    }
}
