import NIOCore

@testable import Clients

/// What a Redis server sends, in pieces of as many bytes as the first one says; and commands out of the same bytes.
enum RedisFuzz {
    private struct Read: Equatable {
        var replies: [RedisValue] = []
        var hasFailed = false
    }

    static let target = FuzzTarget("redis", longest: 2048) { bytes in
        var input = FuzzInput(bytes)
        let size = max(1, Int(input.byte()))
        let stream = Array(input.rest)
        let whole = try read(stream, inPiecesOf: stream.count)
        // Where the limits are met depends on the pieces; within them nothing does.
        try require(try read(stream, inPiecesOf: size) == whole, "replies in pieces are other replies")
        for reply in whole.replies { _ = (reply.text, reply.int, reply.kind) }
        try checkCommand(stream)
    }

    private static func read(_ stream: [UInt8], inPiecesOf size: Int) throws -> Read {
        var limits = RedisLimits()
        limits.replyBytes = 1 << 16
        limits.replyElements = 1 << 10
        var reader = try RedisReplyReader(limits: limits)
        var result = Read()
        for start in stride(from: 0, to: stream.count, by: max(1, size)) {
            do {
                try stream[start..<min(start + size, stream.count)].withUnsafeBytes { piece in
                    try reader.read(piece) { result.replies.append($0) }
                }
            } catch is RedisReplyReader.Failure {
                result.hasFailed = true
                break
            }
        }
        return result
    }

    /// Words are told apart whatever bytes they have: a command is an array of strings, and reads as one.
    private static func checkCommand(_ stream: [UInt8]) throws {
        let words = stream.split(separator: 0, omittingEmptySubsequences: false).prefix(16).map(Array.init)
        let batch = try RedisFormatter.format([RedisCommand("SET", arguments: Array(words))], limit: 1 << 16)
        let back = try read(Array(batch.bytes.readableBytesView), inPiecesOf: 1 << 16)
        let expected = RedisValue.array([.string(Array("SET".utf8))] + words.map { .string($0) })
        try require(back == Read(replies: [expected]), "a command is another command")
    }
}
