import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import Clients

/// What is said of an engine that does not do what it was asked for, to the letter.
@Suite("Docker: texts of errors", .timeLimit(.minutes(5)))
struct DockerErrorTextsTests {
    private static let socket = "Connection docker (Docker engine at the socket /run/docker.sock): "
    private static let engine = "Connection docker (Docker engine at engine, port 2376): "
    private static let atSocket = DockerFailureWords(connection: "docker", address: .unix(path: "/run/docker.sock"))
    private static let byTLS = DockerFailureWords(
        connection: "docker",
        address: .tcp(host: "engine", port: 2376, tls: DockerTLS(caFile: "/ca"))
    )

    // MARK: Settings

    @Test(arguments: [
        ("http://engine", "it begins neither with unix:// nor with tcp://"),
        ("unix://relative", "a socket is written unix:///PATH"), ("unix:///a\0b", "its path has a zero byte"),
        ("unix:///\(String(repeating: "x", count: 107))", "the path of a socket has at most 107 bytes"),
        ("tcp://user:hunter2@engine", "it has a user or a password, of which Docker knows none"),
        ("tcp://engine/path", "nothing may stand behind HOST:PORT"), ("tcp://:1", "a host is missing or not one"),
        ("tcp://engine:0", "the port is no number from 1 to 65535"), ("tcp://[::1", "an address has no ]"),
        ("tcp://[::1]x", "something stands between ] and the port"),
        ("tcp://::1", "an address of IPv6 is written [ADDRESS]:PORT"),
    ])
    func aURLIsRefusedInWords(_ url: String, _ why: String) {
        let error = #expect(throws: DockerError.self) { try DockerSettings(url: url) }
        #expect(
            error?.description
                == "The Docker URL cannot be read: \(why). Write unix:///var/run/docker.sock or tcp://HOST:PORT."
        )
    }

    @Test func certificatesAreRefusedInWords() {
        let half = #expect(throws: DockerError.self) { try DockerSettings(url: "tcp://engine", certificate: "/c") }
        #expect(
            half?.description == "A client certificate for the Docker engine needs both files: certificate and key."
        )
        let socket = #expect(throws: DockerError.self) { try DockerSettings(url: "unix:///s", caFile: "/ca") }
        #expect(
            socket?.description
                == "Certificates are given for a Docker engine at a socket, which needs none: leave them out."
        )
    }

    @Test func aFileOfCertificatesIsNamed() async throws {
        let settings = try DockerSettings(url: "tcp://engine", caFile: "/no/such/ca.pem")
        let client = DockerClient(name: "docker", settings: settings)
        let error = await #expect(throws: DockerError.self) { try await client.version() }
        #expect(
            error?.description
                == "\(Self.engine)the file /no/such/ca.pem cannot be read, or holds nothing of the kind in PEM."
        )
    }

    // MARK: The network

    @Test func failuresOfTheSystemAreSaidInWords() {
        let start =
            "Start the engine; inside a container, mount its socket. Where none need be, optional: true says so."
        let texts: [(any Error, String)] = [
            (IOError(errnoCode: ECONNREFUSED, reason: ""), "nobody listens there: Connection refused. \(start)"),
            (IOError(errnoCode: ENOENT, reason: ""), "nobody listens there: No such file or directory. \(start)"),
            (
                IOError(errnoCode: EACCES, reason: ""),
                "Permission denied. Let the user that runs this program into the group that owns the socket "
                    + "(usually docker), or run it as root."
            ),
            (
                IOError(errnoCode: ECONNRESET, reason: ""),
                "asked for its version, it closed the connection before its answer was whole."
            ),
            (ChannelError.eof, "asked for its version, it closed the connection before its answer was whole."),
            (
                IOError(errnoCode: ETIMEDOUT, reason: ""),
                "the connection broke while it was asked for its version: Connection timed out."
            ),
            (ChannelError.connectTimeout(.seconds(10)), "nobody took the connection in time. \(start)"),
            (CancellationError(), "asking it for its version was given up because the run ends."),
            (NIOTooManyBytesError(maxBytes: 1), "asked for its version, it answers with more than 64 MiB."),
            (Odd(), "asking it for its version failed: Odd."),
        ]
        for (error, text) in texts {
            #expect(Self.atSocket.error(error, asking: "for its version").description == Self.socket + text)
        }
        #expect(
            Self.atSocket.timedOut("for its version", .seconds(30)).description
                == "\(Self.socket)asked for its version, it gave no whole answer within 30 s. Look at the engine's log."
        )
    }

    @Test func failuresOfHTTPAndTLSAreSaidInWords() {
        let start = "Start the engine, or correct the address. Where none need be, optional: true says so."
        let check = "check the CA file, the host name of the URL, and that the server's port speaks TLS."
        let texts: [(any Error, String)] = [
            (HTTPClientError.connectTimeout, "TLS was not agreed upon in time. Does that port speak TLS?"),
            (HTTPClientError.tlsHandshakeTimeout, "TLS was not agreed upon in time. Does that port speak TLS?"),
            (
                HTTPClientError.deadlineExceeded,
                "asked for its version, it gave no whole answer in time. Look at the engine's log."
            ),
            (
                HTTPClientError.remoteConnectionClosed,
                "asked for its version, it closed the connection before its answer was whole."
            ),
            (HTTPClientError.cancelled, "asking it for its version was given up because the run ends."),
            (HTTPClientError.alreadyShutdown, "this program ends, and asks it nothing any more."),
            (HTTPClientError.invalidURL, "asking it for its version failed: HTTPClientError.invalidURL."),
            (
                HTTPParserError.invalidVersion,
                "what it answers is no HTTP (\(HTTPParserError.invalidVersion)). Is it a Docker engine that listens there?"
            ),
            (NIOSSLError.unableToValidateCertificate, "the server's certificate is not for this host; \(check)"),
            (IOError(errnoCode: EHOSTUNREACH, reason: ""), "nobody listens there: No route to host. \(start)"),
        ]
        for (error, text) in texts {
            #expect(Self.byTLS.error(error, asking: "for its version").description == Self.engine + text)
        }
        #expect(
            Self.atSocket.error(HTTPClientError.connectTimeout, asking: "for its version").description
                == "\(Self.socket)nobody took the connection in time. Start the engine; inside a container, mount its "
                + "socket. Where none need be, optional: true says so."
        )
    }

    private struct Odd: Error {}
}
