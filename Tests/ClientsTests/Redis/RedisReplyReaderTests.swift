import Foundation
import NIOCore
import Support
import Testing

@testable import Clients

/// The reader alone, with bytes as no server should send them.
@Suite("Redis: reader of replies", .timeLimit(.minutes(10)))
struct RedisReplyReaderTests {
    /// The replies in `bytes`, and why there are no more if it gave up.
    private func read(
        _ bytes: [UInt8],
        pieces: [Int] = [],
        limits: RedisLimits = RedisLimits()
    ) -> (replies: [RedisValue], failure: String?) {
        var replies: [RedisValue] = []
        do {
            var reader = try RedisReplyReader(limits: limits)
            var rest = bytes[...]
            var sizes = pieces[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(max(1, sizes.popFirst() ?? rest.count)))
                rest = rest.dropFirst(piece.count)
                try piece.withUnsafeBytes { try reader.read($0) { replies.append($0) } }
            }
            return (replies, nil)
        } catch {
            return (replies, (error as? RedisReplyReader.Failure)?.reason ?? "\(error)")
        }
    }

    private func failure(_ text: String, limits: RedisLimits = RedisLimits()) -> String? {
        read(Array(text.utf8), limits: limits).failure
    }

    private var small: RedisLimits {
        var limits = RedisLimits()
        limits.replyBytes = 1_000
        limits.replyElements = 10
        return limits
    }

    private static let tooGreat = "a reply of more than 1000 bytes or 10 elements"
    private static let notRedis = "not the protocol of Redis"

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n", "\0\0\0\0", "\r\n", "$x\r\n", "$1x\r\n", "*x\r\n", ":x\r\n", ":\r\n", "$\r\n", "*\r\n",
        ": 1\r\n", ":9223372036854775808\r\n", "$99999999999999999999\r\n", "$-2\r\n", "$3\r\nabcXY", "$0\r\nXY",
        "*1\r\n?\r\n", "%1\r\n+a\r\n+b\r\n", "_\r\n", "#t\r\n", ",1.5\r\n",
        ":111111111111111111111111111111111111111111", "$111111111111111111111111111111111111111111",
        "*111111111111111111111111111111111111111111",
    ])
    func whatIsNotTheProtocolIsRefused(_ text: String) {
        #expect(failure(text) == Self.notRedis)
    }

    @Test func arraysAreNestedSevenTimesAndNoMore() {
        #expect(read(Array((String(repeating: "*1\r\n", count: 7) + ":1\r\n").utf8)).replies.count == 1)
        #expect(failure(String(repeating: "*1\r\n", count: 9) + ":1\r\n") == Self.notRedis)
        #expect(failure(String(repeating: "*1\r\n", count: 100_000)) == Self.notRedis)
    }

    @Test(arguments: [
        "*2147483647\r\n", "*2147483648\r\n", "*9223372036854775807\r\n", "*11\r\n", "*-2\r\n",
        // Together more than ten.
        "*6\r\n*5\r\n", "*2\r\n*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n*5\r\n",
        "$1001\r\n", "$2147483647\r\n", "$4294967296\r\n", "$9223372036854775807\r\n", "$9223372036854775805\r\n",
    ])
    func whatIsTooGreatIsRefusedWhenItIsAnnounced(_ text: String) {
        #expect([Self.tooGreat, Self.notRedis].contains(failure(text, limits: small)), "\(text)")
    }

    @Test func hostileLengthsTakeNoMemory() throws {
        let before = try Self.virtualKilobytes()
        for text in ["*2147483647\r\n", "$9223372036854775807\r\n", "*1048577\r\n", "$67108865\r\n"] {
            for _ in 0..<100 { #expect(failure(text) != nil) }
        }
        // The announced arrays would have taken 1,600 GiB.
        #expect(try Self.virtualKilobytes() - before < 2 << 20)
    }

    private static func virtualKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmSize:") })
        return try #require(Int(line.filter(\.isNumber)))
    }

    @Test func aLimitHoldsForEachReplyByItself() {
        let ten = "*10\r\n" + String(repeating: ":1\r\n", count: 10)
        let (replies, failure) = read(Array(String(repeating: ten, count: 1_000).utf8), limits: small)
        #expect(replies.count == 1_000)
        #expect(failure == nil)
        let text = "$900\r\n" + String(repeating: "x", count: 900) + "\r\n"
        #expect(read(Array(String(repeating: text, count: 100).utf8), limits: small).replies.count == 100)
        #expect(self.failure("*2\r\n" + text + text, limits: small) == Self.tooGreat)
    }

    @Test func linesWithoutAnEndAreRefused() {
        for first in ["+", "-"] {
            let line = first + String(repeating: "x", count: 70_000)
            #expect(failure(line)?.hasPrefix("a reply of more than") == true)
            #expect(read(Array((first + String(repeating: "x", count: 60_000) + "\r\n").utf8)).replies.count == 1)
        }
    }

    /// Replies of any kind, cut into pieces of any size, are read as they were written.
    @Test func anyReplyIsReadWhateverThePieces() {
        for seed in 0..<1_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let values = (0..<Int.random(in: 1...5, using: &random)).map { _ in RedisWire.value(depth: 6, &random) }
            let bytes = values.flatMap { RedisWire.bytes($0) }
            let pieces = (0..<40).map { _ in Int.random(in: 1...9, using: &random) }
            let (replies, failure) = read(bytes, pieces: random.oneIn(2) ? pieces : [])
            #expect(replies == values && failure == nil, "seed \(seed)")
        }
    }

    /// Damage never crashes it, and what it reads before the damage is what was written.
    @Test func damagedRepliesNeverCrash() {
        for seed in 0..<5_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let values = (0..<3).map { _ in RedisWire.value(depth: 4, &random) }
            let whole = RedisWire.bytes(values[0])
            var damaged = values.dropFirst().flatMap { RedisWire.bytes($0) }
            RedisWire.damage(&damaged, &random)
            let (replies, _) = read(whole + damaged, limits: small)
            let fits = read(whole, limits: small).failure == nil
            #expect(!fits || replies.first == values[0], "seed \(seed)")
        }
    }

    @Test func commandsAreWrittenAsRedisReadsThem() throws {
        let batch = try RedisFormatter.format(
            [RedisCommand("SET", "k", [0, 13, 10] as [UInt8], -1, ""), RedisCommand("PING")],
            limit: 1_000
        )
        #expect(batch.commands == ["SET", "PING"])
        let text = "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n\0\r\n\r\n$2\r\n-1\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n"
        #expect(String(buffer: batch.bytes) == text)
    }
}
