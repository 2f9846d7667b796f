import Coordination
import State
import Support
import Testing

/// A Redis that fails in any way stops whoever cannot prove its lease, and all goes on when it is well again.
@Suite(.tags(.r4)) struct RedisLeaseFaultTests {
    enum Fault: String, CaseIterable, Sendable {
        case flushed, outOfMemory, readOnly, revoked, scriptsFlushed, restarted, paused

        /// Whether the lock outlives it: nothing was lost, and renewals are still answered.
        var isHarmless: Bool { self == .scriptsFlushed || self == .outOfMemory }

        func inflict(on server: RedisServer) async throws {
            switch self {
            case .flushed: try await server.command("FLUSHALL")
            case .outOfMemory: try await server.command("CONFIG", "SET", "maxmemory", "1")
            case .readOnly: try await server.command("REPLICAOF", "127.0.0.1", "1")
            case .revoked:
                try await server.command("ACL", "SETUSER", "default", "off")
                try await server.command("CLIENT", "KILL", "TYPE", "normal")
            case .scriptsFlushed: try await server.command("SCRIPT", "FLUSH", "SYNC")
            case .restarted: try await server.restart()
            case .paused: try await server.command("CLIENT", "PAUSE", "1400", "ALL")
            }
        }

        func heal(_ server: RedisServer) async throws {
            switch self {
            case .outOfMemory: try await server.command("CONFIG", "SET", "maxmemory", "0")
            case .readOnly: try await server.command("REPLICAOF", "NO", "ONE")
            case .revoked: try await server.command("ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all")
            case .flushed, .scriptsFlushed, .restarted, .paused: break
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func stopsSafelyAndGoesOnAfterwards(fault: Fault) async throws {
        let server = try await RedisServer.started()
        try await withReplicas(2, on: server, ttl: fault.isHarmless ? .seconds(6) : .milliseconds(1200), elects: false)
        { replicas, state in
            var last: Int64 = 0
            for round in 1...Scale.rounds(10, nightly: 200) {
                let lock = try await replicas[0].acquireSoon()
                let epoch = try #require(lock.epoch)
                #expect(epoch > last, "round \(round)")
                last = epoch
                try await fault.inflict(on: server)
                if fault.isHarmless {
                    #expect(try await Self.isRenewed(on: server), "round \(round)")
                    #expect(lock.isTrusted, "round \(round)")
                } else {
                    // Trust ends after 1.1 s at the latest; the rest is for a busy machine.
                    #expect(try await becomes(within: 4) { !lock.isTrusted } != nil, "round \(round)")
                }
                if fault == .outOfMemory {
                    let error = await #expect(throws: LockError.self) { try await replicas[1].acquire("other") }
                    #expect(error?.message.contains("OOM") == true, "\(String(describing: error))")
                }
                try await fault.heal(server)
                if !fault.isHarmless { #expect(!lock.isTrusted, "what was lost stays lost") }
                try await onThread { lock.release() }
            }
            let next = try await replicas[1].acquireSoon()
            #expect(try #require(next.epoch) > last)
            #expect(try state.epoch(of: "task:logs") == next.epoch)
        }
    }

    /// Whether the holder gets the server to keep the lock for longer.
    private static func isRenewed(on server: RedisServer) async throws -> Bool {
        var last = Int.max
        return try await becomes(within: 10) {
            let left = Int(try await server.command("PTTL", "{test}:lock:task:logs")) ?? 0
            defer { last = left }
            return left > last
        } != nil
    }
}
