import Foundation
import NIOCore
import Support
import Testing

@testable import Console

/// Many connections, and heads that nobody can read.
@Suite(.serialized, .tags(.a4)) struct CrowdTests {
    private static func request(_ line: String, _ headers: [String] = []) -> String {
        ([line, "Host: localhost"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test func whatCannotBeReadIsAnsweredAsAllErrorsAre() async throws {
        var limits = ConnectionGuard.Limits()
        limits.linger = .hours(1)
        try await LiveConsole.run(try ConsoleBench(limits: limits)) { live in
            let port = live.port
            let long = String(repeating: "a", count: 20_000)
            let heads = [
                ("GET /healthz HTTP/1.1\r\nX-A: \(long)\r\n\r\n", 431), ("GET /\(long) HTTP/1.1\r\n\r\n", 431),
                (Self.request("GET /healthz HTTP/1.1", (0..<200).map { "X-\($0): a" }), 431),
                ("This is no HTTP\r\n\r\n", 400), ("GET /healthz HTTP/9.9\r\n\r\n", 400),
            ]
            for (head, status) in heads {
                let answer = try await onThread {
                    let socket = try RawSocket(port: port, seconds: 20)
                    try socket.send(head)
                    return try socket.read(until: "}")
                }
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
                #expect(answer.lowercased().contains("content-type: application/problem+json"), "\(answer)")
                #expect(answer.lowercased().contains("connection: close"), "\(answer)")
                #expect(answer.hasSuffix("}") && answer.contains("\"status\":\(status)"), "\(answer)")
            }
        }
    }

    @Test(arguments: [
        // What waits for the rest of a body that needs no token, and what has had its answer and goes on sending.
        "POST /cleanup/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n",
        "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", "GET /healthz HTTP/1.1\r\nX-A: ",
    ])
    func clientsThatAreWaitedForGiveWayToThoseThatAsk(beginning: String) async throws {
        var limits = ConnectionGuard.Limits()
        (limits.connections, limits.head, limits.body, limits.linger) = (20, .hours(1), .hours(1), .hours(1))
        try await LiveConsole.run(try ConsoleBench(tokens: TestTokens.all, limits: limits)) { live in
            let port = live.port
            let isAnswered = try await onThread {
                let slow = try (0..<100).map { _ in
                    let socket = try RawSocket(port: port, seconds: 20)
                    try socket.send(beginning)
                    return socket
                }
                let asking = try RawSocket(port: port, seconds: 20)
                try asking.send(Self.request("GET /healthz HTTP/1.1"))
                return try withExtendedLifetime(slow) { try asking.read(until: "alive").contains("alive") }
            }
            #expect(isAnswered)
        }
    }

    @Test func idleConnectionsGiveWayToThoseThatAsk() async throws {
        var limits = ConnectionGuard.Limits()
        (limits.connections, limits.head) = (20, .hours(1))
        try await LiveConsole.run(try ConsoleBench(limits: limits)) { live in
            let port = live.port
            let closed = try await onThread {
                let idle = try (0..<200).map { _ in try RawSocket(port: port, seconds: 20) }
                let asking = try RawSocket(port: port, seconds: 20)
                try asking.send(Self.request("GET /healthz HTTP/1.1"))
                guard try asking.read(until: "alive").contains("alive") else { return false }
                // The first one has been ended by the others.
                return try idle[0].read().isEmpty
            }
            #expect(closed)
        }
    }
}
