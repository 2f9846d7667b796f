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
        #expect(WebhookAddress(text)?.host == host)
    }

    @Test(arguments: [
        "", "hooks.example.org", "ftp://hooks.example.org", "file:///etc/passwd", "http+unix://%2Frun%2Fdocker.sock/x",
        "https://", "https:///path", "https://me:s3cr3t@hooks.example.org/", "https://me@hooks.example.org/",
        "https://hooks.example.org/#part", "https://hooks.example.org/\r\nX-Other: 1",
    ])
    func whatIsNoPlainWebAddressIsNone(text: String) {
        #expect(WebhookAddress(text) == nil)
    }
}
