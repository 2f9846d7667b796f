import CleanupConfiguration
import Console
import Support
import Testing

@testable import cleanupd

/// What is said of queries, connections and files that cannot be used, to the letter.
@Suite struct ConnectionErrorTextsTests {
    // MARK: Queries and connections

    @Test func aQueryThatIsNotThereIsSaidWithThoseThatAre() async throws {
        let bench = try ConfiguredBench()
        let desk = QueryDesk(connections: { [connections = bench.blueprint.connections] in connections })
        let error = await #expect(throws: ConsoleError.self) { try await desk.run("actve") }
        #expect(error?.message == #"There is no such query; did you mean "active"? Configured are: active."#)
        let other = await #expect(throws: ConsoleError.self) { try await desk.run("sizes") }
        #expect(other?.message == "There is no such query. Configured are: active.")
    }

    @Test func connectionsOfAnotherKindAreNamed() throws {
        let bench = try ConfiguredBench()
        let connections = bench.blueprint.connections
        let texts: [(String, String?)] = [
            (
                "Connection data is neither a database nor a server.",
                errorText { _ = try connections.backend("data") }
            ),
            (
                "Connection app is not Redis; it has no keys.",
                errorText { _ = try connections.keys("app") }
            ),
            (
                "Connection app is no bucket; it has no objects.",
                errorText { _ = try connections.objects("app") }
            ),
            (
                "Connection app is no Docker engine; it has no containers.",
                errorText { _ = try connections.containers("app") }
            ),
            (
                "Connection app is not PostgreSQL.",
                errorText { _ = try connections.server("app") }
            ),
            (
                "There is no connection main in \(bench.configuration.file).",
                errorText { _ = try connections.backend("main") }
            ),
        ]
        for (expected, text) in texts { #expect(text == expected) }
    }

    @Test func settingsOfRedisThatEndangerLocksAreNamed() {
        let warnings = RedisAdvice.warnings(server: "redis:6379", evictionPolicy: "allkeys-lru", appendOnly: "no")
        let expected: [String] = [
            "Redis redis:6379 may evict locks and jobs when its memory is full (maxmemory-policy allkeys-lru). Set "
                + "maxmemory-policy noeviction, or use a server of its own for coordination.",
            "Redis redis:6379 keeps no log of its changes (appendonly no): after a restart it may have forgotten jobs, and "
                + "grants no lock for one lock_ttl. Set appendonly yes.",
        ]
        #expect(warnings == expected)
        #expect(RedisAdvice.warnings(server: "redis:6379", evictionPolicy: "noeviction", appendOnly: nil).isEmpty)
    }

    @Test func aPlaceOfAListingThatIsNoneIsSaid() {
        #expect(
            errorText { _ = try LedgerPlace("x") }
                == "after: this is no `next` of a page before. Leave it out for the first page."
        )
    }

    // MARK: Files of secrets

    @Test func filesOfTokensThatCannotBeUsedAreNamed() throws {
        let bench = try ConfiguredBench()
        let refusal = { errorText { _ = try ConsoleBuilder.configuration(from: bench.configuration.http) } }
        let file = bench.folder.file("token")
        #expect(
            refusal() == "http.tokens.alice: the file \(file) cannot be read. Is it there, and readable?"
        )
        try bench.write("\n", to: "token")
        #expect(refusal() == "http.tokens.alice: the file \(file) is empty. Write the token into it.")
        try bench.write("secret", to: "token")
        #expect(refusal() == nil)
    }

    @Test func filesOfWebhooksThatCannotBeUsedAreNamedAndNotShown() throws {
        let bench = try ConfiguredBench()
        let refusal = { errorText { _ = try WebhookChannel.rules(of: bench.configuration, bench.backends.webhooks) } }
        let place = "cycles.daily.notify[0]"
        let hook = bench.folder.file("hook")
        #expect(
            refusal() == "The secret of \(place).webhook cannot be read from \(hook). Is it there, and readable?"
        )
        try bench.write("https://me:hush@hooks.example/a", to: "hook")
        #expect(
            refusal()
                == "\(place).webhook is no URL that begins with https://, or it holds a name or a password; it is not shown."
        )
        try bench.write("https://hooks.example/a", to: "hook")
        try bench.write("", to: "secret")
        #expect(refusal() == "The file of \(place).secret is empty. Write the secret into it.")
    }
}
