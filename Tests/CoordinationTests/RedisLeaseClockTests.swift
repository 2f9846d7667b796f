import Coordination
import Foundation
import State
import Support
import Testing

/// A Redis whose clock is set: locks end early or late, and the epochs tell who came last.
@Suite(.tags(.r5)) struct RedisLeaseClockTests {
    private static func server(by clock: ShiftedClock) async throws -> RedisServer {
        var options = RedisServer.Options()
        options.launcher = clock.launcher
        return try await RedisServer.started(options)
    }

    @Test func epochsRiseWhenTheServersClockJumps() async throws {
        try await withShiftedClock(seconds: 0) { clock in
            let server = try await Self.server(by: clock)
            let folder = try TemporaryFolder()
            let state = try SQLiteStateStore(path: folder.file("state.db"))
            let replicas = try ["a:1", "b:1"].map {
                try LeaseReplica($0, url: server.url(), state: state, ttl: .milliseconds(900), elects: false)
            }
            // Whose lock goes on must be able to renew it in time, also on a machine that is busy.
            let calm = try LeaseReplica("c:1", url: server.url(), state: state, ttl: .seconds(5), elects: false)
            var last: Int64 = 0
            for round in 1...Scale.rounds(20, nightly: 200) {
                let goesBack = round.isMultiple(of: 4)
                let (holder, rival) = (goesBack ? calm : replicas[round % 2], replicas[1 - round % 2])
                let lock = try await holder.acquireSoon()
                let epoch = try #require(lock.epoch)
                #expect(epoch > last, "round \(round)")
                // An hour forth: the lock is gone at once. An hour back: its holder renews it as if nothing had been.
                try clock.jump(seconds: goesBack ? -3600 : 3600)
                if goesBack {
                    #expect(try await becomes(within: 1) { !lock.isTrusted } == nil, "round \(round)")
                    try await onThread { lock.release() }
                }
                let next = try await rival.acquireSoon()
                last = try #require(next.epoch)
                #expect(last > epoch, "round \(round)")
                #expect(try !state.raiseEpoch(of: "task:logs", to: epoch), "the former holder is too late")
                #expect(try await becomes(within: 3) { !lock.isTrusted } != nil, "round \(round)")
                try await onThread { next.release() }
            }
            for replica in replicas + [calm] { try await replica.end() }
        }
    }

    @Test func aLockThatAClockSetBackWouldKeepForAnHourIsFreedSoon() async throws {
        try await withShiftedClock(seconds: 0) { clock in
            let server = try await Self.server(by: clock)
            let folder = try TemporaryFolder()
            let state = try SQLiteStateStore(path: folder.file("state.db"))
            let replicas = try ["a:1", "b:1"].map {
                try LeaseReplica($0, url: server.url(), state: state, ttl: .milliseconds(500), elects: false)
            }
            let lock = try await replicas[0].acquireSoon()
            await replicas[0].cutOff()
            try clock.jump(seconds: -3600)
            let next = try await replicas[1].acquireSoon()
            #expect(try #require(next.epoch) > #require(lock.epoch))
            #expect(!lock.isTrusted)
            for replica in replicas { try await replica.end() }
        }
    }
}
