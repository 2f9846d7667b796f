import Clients
import Testing

/// The codes were worked out by others: `printf '1700000000.…' | openssl dgst -sha256 -hmac 'correct horse'`, and
/// Python's `hmac` for both.
@Suite("Webhook: signature") struct WebhookSignatureTests {
    @Test func aMessageIsSignedAsOpenSSLSignsIt() {
        let body = Array(#"{"version":1,"event":"x"}"#.utf8)
        #expect(
            WebhookSignature.value(body, secret: "correct horse", seconds: 1_700_000_000)
                == "t=1700000000,v1=ff8fcb4d28102f1852879b51a89877bbb94eecebd1a160839a5e57ef9774ad15"
        )
    }

    @Test func nothingIsSignedToo() {
        #expect(
            WebhookSignature.value([], secret: "schlüssel", seconds: 0)
                == "t=0,v1=6f6812186feeeb2786888548c8b86a000b0905b49f3d9652786736ef422e53af"
        )
    }

    /// Or what somebody has recorded could be sent again later.
    @Test func theTimeIsPartOfWhatIsSigned() {
        let early = WebhookSignature.value([1], secret: "s", seconds: 1)
        let late = WebhookSignature.value([1], secret: "s", seconds: 2)
        #expect(early.split(separator: ",")[1] != late.split(separator: ",")[1])
    }
}
