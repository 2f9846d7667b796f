import Clients
import Foundation
import Support
import Testing

/// Which machines a name may lead to: names are looked up by what the test says, and servers are on this machine.
@Suite("Webhook: reach", .timeLimit(.minutes(10))) struct WebhookReachTests {
    /// - Parameter addresses: of each name.
    private static func post(
        _ url: String,
        _ addresses: [String],
        allowsLocal: Bool = false
    ) async throws(WebhookError) {
        guard let address = WebhookAddress(url, allowsLocal: allowsLocal) else {
            Issue.record("no address: \(url)")
            return
        }
        try await WebhookClient(timeout: .seconds(20)) { _ in addresses }.post(
            [1],
            event: "e-1",
            to: address,
            secret: nil,
            seconds: 1_800_000_000
        )
    }

    private static func refusal(_ url: String, _ addresses: [String], allowsLocal: Bool = false) async -> WebhookError?
    {
        await #expect(throws: WebhookError.self) { try await post(url, addresses, allowsLocal: allowsLocal) }
    }

    /// A server, and what it was asked.
    private static func server() throws -> (LoopbackServer, Requests) {
        let requests = Requests()
        let server = try LoopbackServer { request in
            requests.add(request)
            return LoopbackServer.response("200 OK")
        }
        return (server, requests)
    }

    @Test func familiesAreTriedInTurnTheBestFirst() {
        #expect(WebhookNames.inTurn([]) == [])
        #expect(WebhookNames.inTurn(["192.0.2.2", "192.0.2.1"]) == ["192.0.2.2", "192.0.2.1"])
        let six = WebhookNames.inTurn(["2001:db8::1", "2001:db8::2", "192.0.2.1"])
        #expect(six == ["2001:db8::1", "192.0.2.1", "2001:db8::2"])
        let four = WebhookNames.inTurn(["192.0.2.1", "192.0.2.2", "2001:db8::1"])
        #expect(four == ["192.0.2.1", "2001:db8::1", "192.0.2.2"])
    }

    @Test func manyAddressesOfOneFamilyLeaveRoomForTheOther() {
        let addresses = (1...20).map { "2001:db8::\($0)" } + ["192.0.2.1"]
        let tried = WebhookNames.inTurn(addresses)
        #expect(tried.count == 8 && tried[1] == "192.0.2.1")
    }

    @Test(arguments: [["169.254.169.254"], ["fe80::1"], ["::ffff:169.254.169.254"], ["169.254.1.1", "fe80::2"]])
    func aNameThatLeadsToTheLinkIsNeverAsked(addresses: [String]) async throws {
        for allowsLocal in [false, true] {
            let error = await Self.refusal("https://hooks.example.org/s3cr3t", addresses, allowsLocal: allowsLocal)
            #expect(error?.isFinal == true)
            #expect(error?.reason.contains("169.254.0.0/16") == true, "\(error?.reason ?? "")")
            #expect(error?.reason.contains("s3cr3t") == false)
        }
    }

    @Test func aNameThatLeadsToThisMachineIsNotAskedUnlessItIsPermitted() async throws {
        let (server, requests) = try Self.server()
        let error = await Self.refusal("https://hooks.example.org:\(server.port)/", ["127.0.0.1", "::1"])
        #expect(error?.isFinal == true)
        #expect(error?.reason.contains("allow_local") == true, "\(error?.reason ?? "")")
        #expect(requests.all.isEmpty)
        try await Self.post("http://hooks.example.org:\(server.port)/x", ["127.0.0.1"], allowsLocal: true)
        #expect(requests.all.map(\.path) == ["/x"])
        #expect(requests.all.first?.headers["host"] == "hooks.example.org:\(server.port)")
        withExtendedLifetime(server) {}
    }

    @Test func withoutEncryptionNothingLeavesThisMachine() async throws {
        let error = await Self.refusal("http://hooks.example.org/", ["192.0.2.1"], allowsLocal: true)
        #expect(error?.isFinal == true)
        #expect(error?.reason.contains("without encryption") == true, "\(error?.reason ?? "")")
    }

    /// What is looked up by the client is connected to, not what the HTTP client would find.
    @Test func theSystemsNameOfThisMachineIsSeenThrough() async throws {
        let address = try #require(WebhookAddress("https://localhost/"))
        let error = await #expect(throws: WebhookError.self) {
            try await WebhookClient().post([1], event: "e-1", to: address, secret: nil, seconds: 1_800_000_000)
        }
        #expect(error?.reason.contains("allow_local") == true, "\(error?.reason ?? "")")
    }

    /// The system takes a number for an address, too: this one is 169.254.169.254.
    @Test func aLinkThatIsWrittenInAnotherWayIsSeenThrough() async throws {
        let address = try #require(WebhookAddress("https://0xa9fea9fe/", allowsLocal: true))
        let error = await #expect(throws: WebhookError.self) {
            try await WebhookClient().post([1], event: "e-1", to: address, secret: nil, seconds: 1_800_000_000)
        }
        #expect(error?.isFinal == true)
        #expect(error?.reason.contains("169.254.0.0/16") == true, "\(error?.reason ?? "")")
    }

    @Test func anAddressThatMayNotBeAskedDoesNotSpoilTheOthers() async throws {
        let (server, requests) = try Self.server()
        let addresses = ["169.254.169.254", "192.0.2.1", "127.0.0.1"]
        try await Self.post("http://hooks.example.org:\(server.port)/", addresses, allowsLocal: true)
        #expect(requests.all.count == 1)
        withExtendedLifetime(server) {}
    }

    @Test func whereNobodyListensTheNextAddressIsAsked() async throws {
        let (server, requests) = try Self.server()
        // The server listens on 127.0.0.1 alone.
        try await Self.post("http://hooks.example.org:\(server.port)/", ["127.0.0.2", "127.0.0.1"], allowsLocal: true)
        #expect(requests.all.count == 1)
        withExtendedLifetime(server) {}
    }

    @Test func aNameThatNobodyKnowsMayBeKnownLater() async throws {
        let error = await Self.refusal("https://hooks.example.org/", [])
        #expect(error?.isFinal == false)
        #expect(error?.reason.contains("hooks.example.org cannot be resolved") == true, "\(error?.reason ?? "")")
    }
}
