import Foundation
import Support
import Testing

@testable import Clients

/// Why a running service could not be asked, or what it refused, to the letter.
@Suite("Service: texts of errors", .timeLimit(.minutes(5)))
struct ServiceErrorTextsTests {
    @Test(arguments: [
        ("ftp://cleaner.example", "ftp://cleaner.example"), ("cleaner", "cleaner"),
        ("http://user:hunter2@cleaner.example", "What holds an @"),
    ])
    func anAddressThatIsNoneIsRefusedInWords(_ url: String, _ shown: String) {
        let error = #expect(throws: ServiceError.self) { try ServiceClient(url: url, token: nil, ca: nil) }
        #expect(
            error?.description
                == "\(shown) is no address of a service. Say http://HOST:PORT or https://HOST:PORT."
        )
    }

    @Test func certificatesThatCannotBeReadAreNamed() {
        let error = #expect(throws: ServiceError.self) {
            try ServiceClient(url: "https://cleaner.example", token: nil, ca: "/no/such/ca.pem")
        }
        #expect(error?.description.hasPrefix("The certificates in /no/such/ca.pem cannot be read: ") == true)
    }

    /// What is said of a service that answers so.
    private static func text(_ url: String) async throws -> String? {
        let client = try ServiceClient(url: url, token: "hunter2", ca: nil)
        let error = await #expect(throws: ServiceError.self) { try await client.get("/api") }
        try await client.shutdown()
        return error?.description
    }

    @Test func aServiceThatRefusesIsSaidInWords() async throws {
        for (body, expected) in [("{\"detail\":\"No.\"}", "GET /api: No."), ("", "GET /api: 403 Forbidden")] {
            let server = try LoopbackServer { _ in LoopbackServer.response("403 Forbidden", Data(body.utf8)) }
            #expect(try await Self.text("http://127.0.0.1:\(server.port)/") == expected)
            server.stop()
        }
    }

    @Test func aServiceThatIsNotThereIsSaidInWords() async throws {
        #expect(
            try await Self.text("http://127.0.0.1:1")
                == "http://127.0.0.1:1 does not answer: Connection refused. Does the service run, and listen there?"
        )
    }

    @Test func aMachineThatDoesNotSayHowBusyItIsIsSaidInWords() {
        #expect(LoadAverageError().description == "The system does not say how busy it is (/proc/loadavg).")
    }
}
