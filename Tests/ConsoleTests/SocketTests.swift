import Foundation
import HTTPTypes
import NIOCore
import Support
import Synchronization
import Testing

@testable import Console

/// What only a real connection shows.
@Suite(.serialized, .tags(.a4)) struct SocketTests {
    private static let quick = ConnectionGuard.Limits(
        head: .milliseconds(300),
        body: .milliseconds(300),
        rest: .milliseconds(300),
        stall: .milliseconds(300),
        linger: .milliseconds(100)
    )

    private static func request(_ line: String, _ headers: [String] = [], _ body: String = "") -> String {
        ([line, "Host: localhost"] + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    @Test func aSlowClientIsGivenUp() async throws {
        try await LiveConsole.run(try ConsoleBench(limits: Self.quick)) { live in
            let open = [
                "", "G", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ",
                Self.request(
                    "POST /api/cleanup/run HTTP/1.1",
                    ["Content-Length: 20", "Content-Type: application/json"],
                    "{"
                ),
                Self.request(
                    "POST /api/cleanup/run HTTP/1.1",
                    ["Transfer-Encoding: chunked", "Content-Type: application/json"],
                    "1\r\n"
                ),
            ]
            for pieces in open {
                let text = try await live.exchange([pieces])
                #expect(!text.contains("200") && !text.contains("202"), "\(pieces): \(text)")
            }
            #expect(live.bench.state.acts.isEmpty && live.bench.state.begun.isEmpty)
            // Between requests it may rest, but not for ever.
            let twice = try await live.exchange([
                Self.request("GET /healthz HTTP/1.1"), Self.request("GET /healthz HTTP/1.1"),
            ])
            #expect(twice.ranges(of: "alive").count == 2)
        }
    }

    @Test func theHeadOfALaterRequestHasNoMoreTime() async throws {
        var limits = Self.quick
        limits.rest = .hours(1)
        try await LiveConsole.run(try ConsoleBench(limits: limits)) { live in
            let port = live.port
            let rest = try await onThread {
                let socket = try RawSocket(port: port, seconds: 20)
                try socket.send(Self.request("GET /healthz HTTP/1.1"))
                _ = try socket.read(until: "alive")
                try socket.send("GET /heal")
                return try socket.read()
            }
            #expect(!rest.contains("HTTP/1.1"))
        }
    }

    @Test func aClientThatTakesNothingIsGivenUp() async throws {
        try await LiveConsole.run(try ConsoleBench(limits: Self.quick)) { live in
            let port = live.port
            let count = 2_000
            let answered = try await onThread {
                let socket = try RawSocket(port: port, seconds: 20)
                let one = Self.request("GET /api/openapi.json HTTP/1.1")
                try socket.send(String(repeating: one, count: count))
                usleep(2_000_000)  // banned-ok: the pace of an attacker, on a thread of its own
                return try socket.read().ranges(of: "HTTP/1.1 200 OK").count
            }
            #expect(answered > 0 && answered < count)
        }
    }

    @Test func metricsMayHaveAListenerOfTheirOwn() async throws {
        let bench = try ConsoleBench(metricsListen: .init(host: "127.0.0.1", port: 0))
        try await LiveConsole.run(bench) { live in
            let found = try await eventually(seconds: 20) { bench.log.line("metrics_listening")?.metadata["port"] }
            let metrics = try #require(found.flatMap { Int($0) })
            #expect(try await Loopback.status(port: metrics, "/metrics") == 200)
            #expect(try await Loopback.status(port: metrics, "/api/cleanup/status") == 404)
            #expect(try await Loopback.status(port: live.port, "/metrics") == 404)
            #expect(try await Loopback.status(port: live.port, "/api/cleanup/status") == 200)
        }
    }

    @Test func aDrippingHeadDoesNotBuyTime() async throws {
        try await LiveConsole.run(try ConsoleBench(limits: Self.quick)) { live in
            let port = live.port
            let written = try await onThread {
                let socket = try RawSocket(port: port, seconds: 20)
                var count = 0
                do {
                    // Byte by byte, each within the time; the end comes all the same.
                    for byte in String(repeating: "GET /", count: 20_000) {
                        try socket.send(String(byte))
                        count += 1
                        usleep(10_000)  // banned-ok: the pace of an attacker, on a thread of its own
                    }
                } catch {
                    return count
                }
                return count
            }
            #expect(written < 2_000)
        }
    }

    @Test func aLongBodyIsRefusedBeforeItIsRead() async throws {
        try await LiveConsole.run(try ConsoleBench(limits: Self.quick)) { live in
            let head = ["Content-Type: application/json", "Content-Length: 1073741824"]
            let told = try await live.exchange([Self.request("POST /api/cleanup/run HTTP/1.1", head, "{")])
            #expect(told.hasPrefix("HTTP/1.1 413 "))
            #expect(told.lowercased().contains("connection: close"))
            let chunk = "10000\r\n" + String(repeating: " ", count: 65_536) + "\r\n"
            let chunked = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
            let untold = try await live.exchange([
                Self.request("POST /api/cleanup/run HTTP/1.1", chunked, chunk + "5\r\n")
            ])
            #expect(untold.hasPrefix("HTTP/1.1 413 ") || untold.isEmpty, "\(untold)")
            let refused = try await live.exchange([Self.request("POST /nothing HTTP/1.1", head, "{")])
            #expect(refused.hasPrefix("HTTP/1.1 404 ") && refused.lowercased().contains("connection: close"))
            #expect(live.bench.state.begun.isEmpty)
        }
    }

    @Test(arguments: [
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\u{0}b\r\n\r\n",
        "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "G\u{1B}T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}",
        "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n",
        "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "POST /-/reload HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n", "POST /-/reload HTTP/1.1\r\n\r\n",
        "POST /-/reload HTTP/1.1\r\nHost : localhost\r\n\r\n", "POST /-/reload HTTP/1.1\r\n Host: localhost\r\n\r\n",
    ])
    func whatIsNotHTTPDoesNothing(text: String) async throws {
        try await LiveConsole.run(try ConsoleBench(limits: Self.quick)) { live in
            let answer = try await live.exchange([text])
            #expect(!answer.contains(" 200 "), "\(answer)")
            #expect(live.bench.state.reloads == 0)
        }
    }

    @Test func aBombOfHeadersEndsTheConnection() async throws {
        try await LiveConsole.run(try ConsoleBench(limits: Self.quick)) { live in
            let many = (0..<200).map { "X-\($0): a" }
            let long = ["X-A: " + String(repeating: "a", count: 20_000)]
            for headers in [many, long] {
                let answer = try await live.exchange([Self.request("GET /healthz HTTP/1.1", headers)])
                #expect(!answer.contains("alive"))
            }
        }
    }

    @Test func progressIsAStreamThatEndsWithTheService() async throws {
        let bench = try ConsoleBench(heartbeat: .milliseconds(50))
        try await LiveConsole.run(bench) { live in
            let first = try await live.exchange([Self.request("GET /api/cleanup/events HTTP/1.1")], until: "data: []")
            #expect(first.contains("text/event-stream"))
            #expect(first.contains("event: progress\ndata: [{\"bytes\":4096,"))
        }
    }

    @Test func anOpenStreamHasHeartbeatsAndDoesNotHoldUpTheEnd() async throws {
        let bench = try ConsoleBench(heartbeat: .milliseconds(50))
        bench.backend.state.withLock { $0.progressGoesOn = true }
        let reader = Mutex<RawSocket?>(nil)
        try await LiveConsole.run(bench) { live in
            let port = live.port
            let beats = try await onThread {
                let socket = try RawSocket(port: port, seconds: 20)
                try socket.send(Self.request("GET /api/cleanup/events HTTP/1.1"))
                reader.withLock { $0 = socket }
                return try socket.read(until: ":\n\n\r\n3\r\n:\n\n")
            }
            #expect(beats.ranges(of: ":\n\n").count >= 2)
        }
        // The service has ended although somebody still listened, who is told so.
        let rest = try await onThread { try reader.withLock { try $0?.read() } }
        #expect(rest?.hasSuffix("0\r\n\r\n") == true)
    }

    @Test func whoHasGoneAwayIsRecordedAllTheSame() async throws {
        try await LiveConsole.run(try ConsoleBench()) { live in
            let port = live.port
            try await onThread {
                try RawSocket(port: port, seconds: 20).send(Self.request("POST /api/cleanup/schedule/stop HTTP/1.1"))
            }
            let ended = try await eventually(seconds: 20) { live.bench.state.ended["call-1"] }
            #expect(ended == 200)
            #expect(live.bench.state.begun.map(\.from) == ["127.0.0.1"])
        }
    }
}
