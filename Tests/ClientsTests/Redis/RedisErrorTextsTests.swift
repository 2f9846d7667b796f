import Testing

@testable import Clients

/// What is said of Redis, to the letter.
@Suite("Redis: texts of errors")
struct RedisErrorTextsTests {
    @Test(
        arguments: [
            (.settings(message: "no"), "no"),
            (.notConnected(server: "a:1", reason: "no"), "Redis a:1 is not connected: no"),
            (
                .timedOut(server: "a:1", command: "GET", wasSent: true),
                "Redis a:1 did not answer GET in time; whether it was carried out is not known"
            ),
            (
                .timedOut(server: "a:1", command: "GET", wasSent: false),
                "Redis a:1: GET was not sent in time, and so not carried out"
            ),
            (
                .disconnected(server: "a:1", command: "GET", reason: "no"),
                "Redis a:1: the connection ended before GET was answered (no); whether it was carried out is not known"
            ),
            (
                .invalidReply(server: "a:1", command: "GET", reason: "no"),
                "Redis a:1 sent what cannot be read as a reply to GET (no); the connection is closed, and whether the "
                    + "command was carried out is not known; check that a Redis server listens there"
            ),
            (
                .unexpectedReply(command: "GET", kind: RedisValue.string([1, 2, 3]).kind),
                "Redis answered GET with a string of 3 bytes, which this program does not expect; "
                    + "check the server's version"
            ),
            (
                .cancelled(server: "a:1", command: "GET", wasSent: true),
                "Redis a:1: GET was cancelled; whether it was carried out is not known"
            ),
            (
                .cancelled(server: "a:1", command: "GET", wasSent: false),
                "Redis a:1: GET was cancelled before it was sent"
            ),
            (
                .overloaded(server: "a:1", command: "GET"),
                "Redis a:1: GET was not sent, because too many commands wait for their replies; check the server's load"
            ),
            (
                .commandTooLarge(command: "UNLINK", bytes: 9, limit: 8),
                "UNLINK was not sent to Redis: it has 9 bytes, and 8 are allowed; send it in parts"
            ),
        ] as [(RedisError, String)]
    )
    func anErrorIsSaidInWords(_ error: RedisError, _ expected: String) {
        #expect(error.description == expected)
    }

    @Test(arguments: [
        ("NOPERM", "; give the user the right to do so (ACL SETUSER)"),
        ("NOAUTH", "; check user and password of the URL"), ("WRONGPASS", "; check user and password of the URL"),
        ("OOM", "; the server needs memory: raise its maxmemory, or remove what is not needed"),
        ("READONLY", "; this server is a replica: name the master, or use redis-sentinel://"),
        ("LOADING", "; the server is reading its data and will answer later"),
        ("MISCONF", "; the server cannot write to its disk: check its log"), ("ERR", ""),
    ])
    func aRefusalIsSaidWithWhatToDo(_ code: String, _ advice: String) {
        let error = RedisError.reply(code: code, message: "no", command: "GET", server: "a:1")
        #expect(error.description == "Redis refused: \(code) no (GET at a:1)\(advice)")
    }

    @Test func certificatesAreRefusedInWords() async throws {
        let clear = #expect(throws: RedisError.self) { try RedisSettings(url: "redis://a", caFile: "/ca") }
        #expect(
            clear?.description == "A CA file is given, but the Redis URL does not ask for TLS: write rediss://."
        )
        let settings = try RedisSettings(url: "rediss://127.0.0.1:1", caFile: "/no/such/ca.pem")
        var connector = RedisConnector(settings: settings, onRequest: { _ in })
        var text = ""
        do throws(RedisError) {
            _ = try await connector.connect()
        } catch {
            text = error.description
        }
        #expect(
            text
                == "Redis 127.0.0.1:1 is not connected: the CA file /no/such/ca.pem cannot be read as certificates in PEM"
        )
    }

    @Test func placesAndStatesAreNamedInWords() throws {
        #expect(
            try RedisSettings(url: "redis-sentinel://a,b:7/main").server == "master main of Sentinels a:26379, b:7"
        )
        guard case .none(let reason) = RedisLink<Int, Int>().offer else {
            Issue.record("A link that was never started offers something.")
            return
        }
        #expect(reason == "the client has not been started yet")
    }
}
