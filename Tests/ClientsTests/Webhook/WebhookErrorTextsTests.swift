import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import Clients

/// Why a message was not taken, and what the network's failures are called, to the letter. No part of an address is told.
@Suite("Webhook: texts of errors")
struct WebhookErrorTextsTests {
    private struct Odd: Error {}

    private static let tls = "; check the CA file, the host name of the URL, and that the server's port speaks TLS"

    @Test func answersAreSaidInWords() {
        #expect(WebhookError(status: 404, retryAfter: nil, now: 0).description == "the server answers 404")
        #expect(
            WebhookError(status: 301, retryAfter: nil, now: 0).description
                == "the server answers 301, which is not followed; name the address that it leads to"
        )
        #expect(
            WebhookError(unresolved: "x.example", reason: "Name or service not known").description
                == "the server cannot be asked: the name x.example cannot be resolved (Name or service not known)"
        )
    }

    @Test func failuresAreSaidInWords() {
        let texts: [(any Error, String)] = [
            (
                ThreadShortage(errno: EAGAIN),
                "the server cannot be asked: The system gave no thread (Resource temporarily unavailable); "
                    + "raise its limit (TasksMax, pids.max, ulimit -u), or give it more memory."
            ),
            (CancellationError(), "the server was not asked to the end"),
            (HTTPParserError.invalidEOFState, "the server closes the connection before it answers"),
            (HTTPParserError.invalidVersion, "what the server answers is no HTTP"),
            (IOError(errnoCode: ECONNREFUSED, reason: ""), "the server cannot be asked: Connection refused"),
            (Odd(), "the server cannot be asked: Odd"),
            (HTTPClientError.cancelled, "the server was not asked to the end"),
            (HTTPClientError.connectTimeout, "the server takes no connection"),
            (
                HTTPClientError.tlsHandshakeTimeout,
                "the server does not agree upon TLS; does that port speak it?"
            ),
            (HTTPClientError.deadlineExceeded, "the server does not answer within 10 s"),
            (HTTPClientError.remoteConnectionClosed, "the server closes the connection before it answers"),
            (HTTPClientError.invalidURL, "the server cannot be asked: HTTPClientError.invalidURL"),
        ]
        for (error, text) in texts { #expect(WebhookError(error, timeout: .seconds(10)).description == text) }
    }

    @Test(arguments: [
        (
            "https://x.example", "169.254.1.1",
            "leads to an address of the link (169.254.0.0/16, fe80::/10), to which nothing is ever posted"
        ),
        (
            "https://x.example", "127.0.0.1",
            "leads to this machine; if that is meant, write \"allow_local: true\" beside it"
        ),
        ("https://x.example", "odd", "leads to something that is no address"),
    ])
    func aNameThatLeadsAstrayIsSaidInWords(_ url: String, _ place: String, _ expected: String) async throws {
        let address = try #require(WebhookAddress(url))
        let client = WebhookClient(resolve: { _ in [place] })
        let error = await #expect(throws: WebhookError.self) {
            try await client.post([], event: "e", to: address, secret: nil, seconds: 0)
        }
        #expect(error?.description == "the server is not asked: its name \(expected)")
    }

    @Test func aNameWithoutAnAddressIsSaidInWords() async throws {
        let address = try #require(WebhookAddress("https://x.example"))
        let client = WebhookClient(resolve: { _ in [] })
        let error = await #expect(throws: WebhookError.self) {
            try await client.post([], event: "e", to: address, secret: nil, seconds: 0)
        }
        #expect(
            error?.description
                == "the server cannot be asked: the name x.example cannot be resolved (it has no addresses)"
        )
        let clear = try #require(WebhookAddress("http://x.example", allowsLocal: true))
        #expect(clear.refusal(of: "10.0.0.1") == "leads to another machine without encryption; write https://")
    }

    // MARK: Network

    @Test func whatTheNetworkSaysIsSaidInWords() {
        let texts: [(any Error, String)] = [
            (IOError(errnoCode: ECONNRESET, reason: ""), "Connection reset by peer"),
            (ChannelError.connectTimeout(.seconds(1)), "no connection in time"),
            (NIOSSLError.uncleanShutdown, "the server closed it without ending TLS"),
            (NIOSSLError.unableToValidateCertificate, "the server's certificate is not for this host\(Self.tls)"),
            (
                NIOSSLError.handshakeFailed(.wantRead),
                "no TLS handshake (\(BoringSSLError.wantRead))\(Self.tls)"
            ),
            (NIOSSLError.cannotMatchULabel, "TLS failed (\(NIOSSLError.cannotMatchULabel))\(Self.tls)"),
            (NIOSSLExtraError.failedToValidateHostname, "the server's certificate is not for this host\(Self.tls)"),
            (BoringSSLError.wantRead, "the TLS connection broke (\(BoringSSLError.wantRead))\(Self.tls)"),
            (Odd(), "Odd()"),
        ]
        for (error, text) in texts { #expect(NetworkFailureWords.reason(error) == text) }
    }
}
