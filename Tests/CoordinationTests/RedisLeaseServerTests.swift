import Clients
import Coordination
import Support
import Testing

/// The scripts on a real Redis.
@Suite struct RedisLeaseServerTests {
    private let ttl: Duration = .seconds(30)

    @Test func epochsRise() async throws {
        try await withLeaseServer { leases, _ in
            for round in Int64(1)...5 {
                let grant = try await leases.acquire("leader", token: "a/\(round)", ttl: ttl, floor: round - 1)
                #expect(grant == .granted(epoch: round))
                try await leases.release("leader", token: "a/\(round)")
            }
            #expect(try await leases.acquire("leader", token: "a/6", ttl: ttl, floor: 0) == .granted(epoch: 6))
        }
    }

    /// Beyond the numbers of Lua, too.
    @Test(arguments: [Int64(9), 1 << 60])
    func aServerThatHasLostItsCounterGrantsNothingForOneTimeToLive(floor: Int64) async throws {
        try await withLeaseServer { leases, server in
            let start = ContinuousClock.now
            for _ in 1...2 {
                let error = await #expect(throws: LeaseFault.self) {
                    try await leases.acquire("leader", token: "a/1", ttl: .seconds(3), floor: floor)
                }
                #expect(error?.message.contains("has lost what it knew about the lock leader") == true)
                #expect(error?.mayHaveHappened == false)
            }
            #expect(try await !leases.renew("leader", token: "a/0", ttl: ttl), "its last holder hears of it")
            let grant = try await eventually(seconds: 10, every: .milliseconds(5)) {
                do {
                    return try await leases.acquire("leader", token: "a/1", ttl: .seconds(3), floor: floor)
                } catch is LeaseFault {
                    return nil
                }
            }
            #expect(grant == .granted(epoch: floor + 1))
            #expect(ContinuousClock.now - start >= .seconds(2.99))
        }
    }

    @Test func onlyTheTokenRenewsAndReleases() async throws {
        try await withLeaseServer { leases, server in
            _ = try await leases.acquire("leader", token: "a:1/x", ttl: ttl, floor: 0)
            #expect(try await leases.acquire("leader", token: "b:1/y", ttl: ttl, floor: 0) == .held(by: "a:1"))
            #expect(try await !leases.renew("leader", token: "b:1/y", ttl: ttl))
            try await leases.release("leader", token: "b:1/y")
            #expect(try await server.command("GET", "{test}:lock:leader") == "a:1/x")
            #expect(try await leases.renew("leader", token: "a:1/x", ttl: ttl * 2))
            let left = try #require(Int(try await server.command("PTTL", "{test}:lock:leader")))
            #expect((31_000...60_000).contains(left))
        }
    }

    @Test func theServerEndsALeaseThatIsNotRenewed() async throws {
        try await withLeaseServer { leases, _ in
            let start = ContinuousClock.now
            _ = try await leases.acquire("leader", token: "a/1", ttl: .seconds(3), floor: 0)
            let time = try await becomes(within: 6) {
                try await leases.acquire("leader", token: "b/1", ttl: ttl, floor: 0) == .granted(epoch: 2)
            }
            #expect(time != nil)
            #expect(ContinuousClock.now - start >= .seconds(2.99))
            #expect(try await !leases.renew("leader", token: "a/1", ttl: ttl))
        }
    }

    @Test(arguments: ["garbage", "9223372036854775807", "1.5"])
    func aCounterThatIsNoneIsAFaultAndLeavesNoLock(value: String) async throws {
        try await withLeaseServer { leases, server in
            try await server.command("SET", "{test}:epoch:leader", value)
            await #expect(throws: LeaseFault.self) {
                try await leases.acquire("leader", token: "a/1", ttl: ttl, floor: 7)
            }
            #expect(try await server.command("EXISTS", "{test}:lock:leader") == "0")
        }
    }

    @Test func aKeyOfAnotherKindIsAFault() async throws {
        try await withLeaseServer { leases, server in
            try await server.command("LPUSH", "{test}:lock:leader", "x")
            await #expect(throws: LeaseFault.self) {
                try await leases.acquire("leader", token: "a/1", ttl: ttl, floor: 0)
            }
            await #expect(throws: LeaseFault.self) { try await leases.renew("leader", token: "a/1", ttl: ttl) }
        }
    }

    @Test func callsEndInTimeWhenTheServerDoesNotAnswer() async throws {
        try await withLeaseServer { leases, server in
            _ = try await leases.acquire("leader", token: "a/1", ttl: ttl, floor: 0)
            try server.pause()
            let start = ContinuousClock.now
            let error = await #expect(throws: LeaseFault.self) {
                try await leases.renew("leader", token: "a/1", ttl: .milliseconds(600))
            }
            #expect(error?.kind == .timeout)
            #expect(error?.mayHaveHappened == true)
            #expect(ContinuousClock.now - start < .seconds(2))
            try server.resume()
        }
    }

    private func withLeaseServer(
        _ body: (RedisLeaseServer, RedisServer) async throws -> Void
    ) async throws {
        let server = try await RedisServer.started()
        let client = RedisClient(settings: try RedisSettings(url: server.url()))
        let running = Task { await client.run() }
        defer { running.cancel() }
        try await client.waitUntilConnected(timeout: .seconds(20))
        try await body(RedisLeaseServer(client: client, prefix: "{test}:"), server)
    }
}
