import Clients
import Coordination
import Foundation
import State
import Support
import Telemetry
import Testing

/// Leases by PostgreSQL's advisory locks, on a real server.
@Suite struct PostgresLeaseTests {
    private let ttl: Duration = .seconds(60)

    @Test func oneSessionHoldsALockAndTheOtherIsToldWho() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let (first, second) = (Self.leases(url, "a:1"), Self.leases(url, "b:1"))
            #expect(try await first.acquire("leader", token: "a:1/x", ttl: ttl, floor: 6) == .granted(epoch: 7))
            #expect(try await second.acquire("leader", token: "b:1/y", ttl: ttl, floor: 6) == .held(by: "a:1"))
            #expect(try await second.acquire("task:x", token: "b:1/z", ttl: ttl, floor: 0) == .granted(epoch: 1))
            #expect(try await first.renew("leader", token: "a:1/x", ttl: ttl))
            try await first.release("leader", token: "a:1/x")
            #expect(try await second.acquire("leader", token: "b:1/y", ttl: ttl, floor: 7) == .granted(epoch: 8))
            #expect(try await !first.renew("leader", token: "a:1/x", ttl: ttl))
            first.close()
            second.close()
        }
    }

    @Test func aSessionDoesNotTakeItsOwnLockTwice() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let leases = Self.leases(url, "a:1")
            _ = try await leases.acquire("leader", token: "a:1/x", ttl: ttl, floor: 0)
            #expect(try await leases.acquire("leader", token: "a:1/y", ttl: ttl, floor: 0) == .held(by: "a:1"))
            try await leases.release("leader", token: "a:1/y")
            #expect(try await leases.renew("leader", token: "a:1/x", ttl: ttl), "only the token releases")
            leases.close()
        }
    }

    @Test func otherSchemasHaveOtherLocks() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let (first, second) = (Self.leases(url, "a:1"), Self.leases(url, "b:1", schema: "other"))
            _ = try await first.acquire("leader", token: "a:1/x", ttl: ttl, floor: 0)
            #expect(try await second.acquire("leader", token: "b:1/x", ttl: ttl, floor: 0) == .granted(epoch: 1))
            first.close()
            second.close()
        }
    }

    @Test func aBrokenConnectionLosesAllLeasesAndANewOneIsMade() async throws {
        let server = try PostgresTestServer.shared
        try await server.withDatabase { url in
            let leases = Self.leases(url, "a:1")
            _ = try await leases.acquire("leader", token: "a:1/x", ttl: ttl, floor: 0)
            _ = try await leases.acquire("task:x", token: "a:1/y", ttl: ttl, floor: 0)
            let database = try #require(URL(string: url)).lastPathComponent
            try server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
            for (lock, token) in [("leader", "a:1/x"), ("task:x", "a:1/y")] {
                let isLost = try await becomes(within: 5) {
                    do {
                        return try await !leases.renew(lock, token: token, ttl: ttl)
                    } catch is LeaseFault {
                        return false
                    }
                }
                #expect(isLost != nil)
            }
            #expect(try await leases.acquire("leader", token: "a:1/z", ttl: ttl, floor: 1) == .granted(epoch: 2))
            leases.close()
        }
    }

    @Test func theServerLetsGoOfAHolderThatIsSilent() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let (first, second) = (Self.leases(url, "a:1"), Self.leases(url, "b:1"))
            // Renewed, a lock outlives its time-to-live; then nobody says a word.
            _ = try await first.acquire("leader", token: "a:1/x", ttl: .seconds(5), floor: 0)
            let early = try await becomes(within: 6) {
                #expect(try await first.renew("leader", token: "a:1/x", ttl: .seconds(5)))
                return try await second.acquire("leader", token: "b:1/x", ttl: ttl, floor: 1) != .held(by: "a:1")
            }
            #expect(early == nil)
            let time = try await becomes(within: 7) {
                try await second.acquire("leader", token: "b:1/y", ttl: ttl, floor: 1) == .granted(epoch: 2)
            }
            #expect(time != nil, "within the time-to-live and two seconds")
            first.close()
            second.close()
        }
    }

    @Test func callsEndInTimeWhenTheServerIsGone() async throws {
        let leases = Self.leases("postgres://app:secret-word@127.0.0.1:1/none", "a:1")
        let start = ContinuousClock.now
        let error = await #expect(throws: LeaseFault.self) {
            try await leases.acquire("leader", token: "a:1/x", ttl: ttl, floor: 0)
        }
        #expect(ContinuousClock.now - start < .seconds(6))
        #expect(error?.message.contains("secret-word") == false)
        leases.close()
    }

    @Test func aStandbyActsOnceTheFirstHasEnded() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let state = try PostgresStateStore(url: url, now: { .now })
            let contexts = try ["a:1", "b:1"].map { name in
                LeaseContext(
                    server: Self.leases(url, name),
                    state: state,
                    replica: name,
                    ttl: ttl,
                    metrics: try LockMetrics(Registry())
                )
            }
            let electors = contexts.map { Elector($0, pause: .milliseconds(50)) }
            let running = electors.map { elector in Task { try await elector.run() } }
            // A connection that a crowd of tests delays opens the circuit breaker, for half a minute.
            let first = try #require(
                try await eventually(seconds: 60, every: .milliseconds(5)) {
                    electors.firstIndex { $0.leadership != nil }
                }
            )
            let other = electors[1 - first]
            #expect(try await becomes(within: 5) { other.status.holder == (first == 0 ? "a:1" : "b:1") } != nil)
            running[first].cancel()
            try await running[first].value
            #expect(try await becomes(within: 1) { other.leadership?.epoch == 2 } != nil)
            running[1 - first].cancel()
            try await running[1 - first].value
            #expect(try state.epoch(of: "leader") == 2)
            state.close()
        }
    }

    private static func leases(_ url: String, _ replica: String, schema: String = "cleanupd") -> PostgresLeaseServer {
        let server = PostgresServer(name: "locks", settings: PostgresSettings(url: url), now: { .now })
        return PostgresLeaseServer(server: server, schema: schema, replica: replica)
    }
}
