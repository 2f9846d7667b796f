import Coordination
import Foundation
import State
import Support
import Telemetry
import Testing

/// Locks of tasks across replicas, on a real Redis and a real state store.
@Suite struct LeaseLocksTests {
    @Test func oneReplicaHoldsALockAndTheOtherIsToldWho() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, elects: false) { replicas, state in
            let lock = try await replicas[0].acquire("logs")
            #expect(lock.name == "task logs")
            #expect(lock.epoch == 1)
            #expect(lock.isTrusted)
            #expect(try state.epoch(of: "task:logs") == 1)
            let error = await #expect(throws: LockError.self) { try await replicas[1].acquire("logs") }
            #expect(error == .held("task logs", by: .replica("a:1")))
            #expect(try await replicas[1].acquire("other").isTrusted, "another task's lock is free")
            withExtendedLifetime(lock) {}
        }
    }

    @Test func aReleasedLockIsFreeAtOnceWithAHigherEpoch() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, elects: false) { replicas, _ in
            for round in 1...10 {
                let lock = try await replicas[round % 2].acquire("logs")
                #expect(lock.epoch == Int64(round))
                try await onThread { lock.release() }
                #expect(!lock.isTrusted)
            }
        }
    }

    @Test func aLockThatIsDroppedIsGivenBack() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, ttl: .seconds(60), elects: false) { replicas, _ in
            _ = try await replicas[0].acquire("logs")
            let time = try await becomes(within: 5) {
                do {
                    return try await replicas[1].acquire("logs").isTrusted
                } catch is LockError {
                    return false
                }
            }
            #expect(time != nil)
        }
    }

    @Test func aLockIsKeptForManyTimesItsTimeToLive() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, ttl: .seconds(1.5), elects: false) { replicas, _ in
            let lock = try await replicas[0].acquireSoon()
            let start = ContinuousClock.now
            let lost = try await becomes(within: 5) {
                guard lock.isTrusted else { return true }
                do {
                    _ = try await replicas[1].acquire("logs")
                    return true
                } catch is LockError {
                    return false
                }
            }
            #expect(lost == nil)
            #expect(ContinuousClock.now - start >= .seconds(5))
        }
    }

    @Test func withoutRedisThereIsNoLockButASentence() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(1, on: server, elects: false) { replicas, _ in
            try await server.stop()
            let error = await #expect(throws: LockError.self) { try await replicas[0].acquire("logs") }
            guard case .unavailable("task logs", let problem) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.contains("127.0.0.1:\(server.port)"))
            try await server.start()
            let time = try await becomes(within: 5) {
                do {
                    return try await replicas[0].acquire("logs").isTrusted
                } catch LockError.unavailable {
                    return false
                }
            }
            #expect(time != nil)
        }
    }

    @Test func nobodyWaitsForAServiceThatDoesNotRun() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(1, on: server, ttl: .seconds(60), elects: false) { replicas, _ in
            let lock = try await replicas[0].acquire("logs")
            try await replicas[0].end()
            #expect(!lock.isTrusted, "the service gives all locks back when it ends")
            let start = ContinuousClock.now
            let error = await #expect(throws: LockError.self) { try await replicas[0].acquire("logs") }
            #expect(error == .unavailable("task logs", problem: "the service ends."))
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func aFailingStateStoreRefusesAndFreesTheLock() async throws {
        let server = try await RedisServer.started()
        let folder = try TemporaryFolder()
        let closed = try SQLiteStateStore(path: folder.file("state.db"))
        closed.close()
        let replica = try LeaseReplica("x:1", url: server.url(), state: closed, ttl: .seconds(60), elects: false)
        let error = await #expect(throws: LockError.self) { try await replica.acquire("logs") }
        try await replica.end()
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(replica.problems.map(\.step) == [.mark])
        try await withReplicas(1, on: server, elects: false) { replicas, _ in
            let lock = try await replicas[0].acquire("logs")
            #expect(lock.isTrusted)
        }
    }

    @Test func aGrantBelowTheMarkIsNeverUsed() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(1, on: server, ttl: .seconds(6), elects: false) { replicas, state in
            let isRaised = try state.raiseEpoch(of: "task:logs", to: 41)
            #expect(isRaised)
            let lock = try await replicas[0].acquireSoon()
            #expect(lock.epoch == 42)
        }
    }

    @Test func metricsCountEachAnswer() async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, ttl: .seconds(3), elects: false) { replicas, _ in
            let lock = try await replicas[0].acquire("logs")
            for _ in 1...3 {
                await #expect(throws: LockError.self) { try await replicas[1].acquire("logs") }
            }
            try await server.command("FLUSHALL")
            #expect(try await becomes(within: 5) { !lock.isTrusted } != nil)
            let loser = #"cleanup_lock_losses_total{lock="task"} 1"#
            #expect(try await becomes(within: 5) { replicas[0].metrics.contains(loser) } != nil)
            let refused = replicas[1].metrics
            #expect(refused.contains(#"cleanup_lock_acquisition_failures_total{lock="task",reason="held"} 3"#))
            #expect(refused.contains(#"cleanup_lock_acquisition_duration_seconds_count{lock="task"} 3"#))
            #expect(refused.contains(#"cleanup_lock_acquisition_failures_total{lock="leader",reason="timeout"} 0"#))
        }
    }
}

extension LeaseReplica {
    /// What it would show to Prometheus.
    var metrics: String { String(decoding: registry.render(.text), as: UTF8.self) }
}
