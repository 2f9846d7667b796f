import Foundation
import NIOCore
import Support
import Testing

@testable import Clients

/// What an engine says is never trusted: bytes that were changed give a container, or an error.
@Suite("Docker: damaged answers")
struct DockerReplyFuzzTests {
    private static let good = """
        {"Id":"\(String(repeating: "0a", count: 32))","Created":"2026-11-21T18:00:20.219526586Z","Path":"/run",
        "State":{"Status":"exited","Running":false,"Paused":false,"Restarting":false,"Dead":false,"Pid":0,
        "StartedAt":"2026-11-21T18:00:20.986782498Z","FinishedAt":"2026-11-21T18:00:20.985677999Z"},
        "Name":"/c1","SizeRw":1048576,"Config":{"Image":"tiny:1","Labels":{"app":"x","é":"\\u0000"}}}
        """

    private static func container(_ bytes: [UInt8]) -> DockerContainer? {
        do {
            return DockerContainer(try JSONDecoder().decode(DockerReply.Inspected.self, from: Data(bytes)))
        } catch {
            return nil
        }
    }

    @Test func theAnswerItselfIsRead() throws {
        let container = try #require(Self.container(Array(Self.good.utf8)))
        #expect(container.names == ["c1"] && container.state == "exited" && container.writableBytes == 1 << 20)
        #expect(container.labels == ["app": "x", "é": "\0"])
        #expect(container.finished == 1_795_284_020_985_677_999)
    }

    @Test(.tags(.k1)) func changedBytesNeverMakeARunningContainerAnEndedOne() {
        let seed = Scale.seed(4711)
        var generator = SeededGenerator(seed: seed)
        let running = Array(Self.good.replacing(#""Running":false"#, with: #""Running":true"#).utf8)
        var read = 0
        for round in 0..<Scale.rounds(3_000, nightly: 50_000) {
            var bytes = running
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                }
            }
            // Unless it is that very word that was changed.
            guard let container = Self.container(bytes),
                String(decoding: bytes, as: UTF8.self).contains(#""Running":true"#)
            else { continue }
            read += 1
            #expect(!["exited", "dead", "created"].contains(container.state), "seed \(seed), round \(round)")
        }
        #expect(read > 100)
    }

    @Test func aConnectionThatBreaksIsNoEngineThatIsMissing() {
        let words = DockerFailureWords(connection: "docker", address: .tcp(host: "h", port: 1, tls: nil))
        for code in [ECONNRESET, EPIPE, ETIMEDOUT, EIO] {
            let error = words.error(IOError(errnoCode: code, reason: "read"), asking: "to remove it")
            #expect(error.code == .disconnected && error.isFateUnknown)
        }
    }

    @Test func aSocketThatMayNotBeOpenedIsSaidWithWhatToDo() {
        let words = DockerFailureWords(connection: "docker", address: .unix(path: "/s"))
        let error = words.error(IOError(errnoCode: EACCES, reason: "connect"), asking: "for its version")
        #expect(error.code == .denied && error.message.contains("usually docker"))
    }
}
