import Clients
import Testing

@Suite("Webhook: address") struct WebhookAddressTests {
    private static let secret = "https://hooks.example.org/services/T0/s3cr3t?token=s3cr3t"

    @Test func onlyTheHostIsShown() throws {
        let address = try #require(WebhookAddress(Self.secret))
        var dumped = ""
        dump(address, to: &dumped)
        dump([address], to: &dumped)
        let shown = ["\(address)", String(reflecting: address), "\([address])", String(describing: address), dumped]
        for text in shown {
            #expect(text.contains("hooks.example.org"))
            #expect(!text.contains("s3cr3t"))
        }
    }

    @Test(arguments: [
        ("https://hooks.example.org", "hooks.example.org"), ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("HTTPS://hooks.example.org:8443", "hooks.example.org:8443"), ("http://[::1]:80/", "[::1]:80"),
    ])
    func theHostIsSaidWithItsPort(text: String, host: String) {
        #expect(WebhookAddress(text, allowsLocal: true)?.host == host)
    }

    @Test(arguments: [
        "", "hooks.example.org", "ftp://hooks.example.org", "file:///etc/passwd", "http+unix://%2Frun%2Fdocker.sock/x",
        "https://", "https:///path", "https://me:s3cr3t@hooks.example.org/", "https://me@hooks.example.org/",
        "https://hooks.example.org/#part", "https://hooks.example.org/\r\nX-Other: 1", "https://127%2E0.0.1/",
        "https://127.0.0.1:99999/",
    ])
    func whatIsNoPlainWebAddressIsNone(text: String) {
        #expect(WebhookAddress(text, allowsLocal: true) == nil)
    }

    @Test func withoutEncryptionAReceiverMustBePermittedToBeHere() {
        #expect(WebhookAddress("http://127.0.0.1/") == nil)
        #expect(WebhookAddress("http://127.0.0.1/", allowsLocal: true)?.refusal == nil)
        #expect(WebhookAddress("https://127.0.0.1/")?.refusal?.contains("allow_local") == true)
        #expect(WebhookAddress("http://192.0.2.1/", allowsLocal: true)?.refusal?.contains("encryption") == true)
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "[::1]", "[::]", "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
    ])
    func thisMachineIsRefusedUnlessItIsPermitted(host: String) {
        #expect(WebhookAddress("https://\(host)/")?.refusal?.contains("allow_local") == true)
        #expect(WebhookAddress("https://\(host)/", allowsLocal: true).map { $0.refusal == nil } == true)
    }

    @Test(
        arguments: [
            "169.254.0.1", "169.254.169.254", "[fe80::1]", "[febf::1]", "[::ffff:169.254.169.254]", "[::a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
        ],
        [false, true]
    )
    func anAddressOfTheLinkIsRefusedWhateverIsPermitted(host: String, allowsLocal: Bool) {
        let address = WebhookAddress("https://\(host)/", allowsLocal: allowsLocal)
        #expect(address?.refusal?.contains("nothing is ever posted") == true)
    }

    @Test(arguments: [
        "hooks.example.org", "192.0.2.1", "10.0.0.1", "128.0.0.1", "169.253.0.1", "[2001:db8::1]", "[fec0::1]",
        "[fd00::1]", "localhost",
    ])
    func othersAndNamesAreNotRefusedBeforehand(host: String) {
        #expect(WebhookAddress("https://\(host)/").map { $0.refusal == nil } == true)
    }
}
