import Coordination
import Foundation
import State
import Support
import Testing

/// A Redis that has lost writes gives an epoch again that was given before; the mark in the state store does not.
@Suite(.tags(.r3)) struct RedisLeaseFailoverTests {
    @Test func noEpochIsUsedTwiceWhenAStaleReplicaBecomesTheMaster() async throws {
        let folder = try TemporaryFolder()
        let state = try SQLiteStateStore(path: folder.file("state.db"))
        var (master, replica) = (try await RedisServer.started(), try await RedisServer.started())
        var used: [Int64] = []
        for round in 1...Scale.rounds(20, nightly: 500) {
            try await replica.command("REPLICAOF", "127.0.0.1", "\(master.port)")
            let isUp = try await becomes(within: 20) {
                try await replica.command("INFO", "replication").contains("master_link_status:up")
            }
            #expect(isUp != nil, "round \(round)")
            used.append(
                try await useOnce(master, state) {
                    // From here on the replica learns nothing.
                    try await replica.command("REPLICAOF", "127.0.0.1", "1")
                }
            )
            try await master.kill9()
            try await replica.command("REPLICAOF", "NO", "ONE")
            let counter = Int64(try await replica.command("GET", "{test}:epoch:task:logs")) ?? 0
            #expect(counter < used[used.count - 1], "round \(round): the write is lost")
            used.append(try await useOnce(replica, state) {})
            try await master.start()
            swap(&master, &replica)
        }
        #expect(used == used.sorted())
        #expect(Set(used).count == 2 * Scale.rounds(20, nightly: 500))
    }

    /// Takes the lock and gives it back.
    private func useOnce(
        _ server: RedisServer,
        _ state: any StateStore,
        _ prepare: () async throws -> Void
    ) async throws -> Int64 {
        let holder = try LeaseReplica("a:1", url: server.url(), state: state, ttl: .milliseconds(500), elects: false)
        do {
            try await holder.connected()
            try await prepare()
            let lock = try await holder.acquireSoon()
            let epoch = try #require(lock.epoch)
            try await holder.end()
            return epoch
        } catch {
            try await holder.end()
            throw error
        }
    }

    @Test func aFailoverBySentinelsLeadsToANewLeaderWithAHigherEpoch() async throws {
        let folder = try TemporaryFolder()
        let state = try SQLiteStateStore(path: folder.file("state.db"))
        let sentinels = try await RedisSentinels.started()
        let ttl: Duration = .milliseconds(600)
        let replicas = try ["a:1", "b:1"].map {
            try LeaseReplica($0, url: sentinels.url(), state: state, ttl: ttl)
        }
        let leader = try await replicas.leader()
        let epoch = try #require(leader.elector.leadership?.epoch)
        try await sentinels.first.kill9()
        #expect(try await becomes(within: 5) { leader.elector.leadership == nil } != nil)
        let next = try await eventually(seconds: 30, every: .milliseconds(20)) {
            replicas.compactMap { $0.elector.leadership?.epoch }.first
        }
        #expect(try #require(next) > epoch)
        for replica in replicas { try await replica.end() }
    }
}
