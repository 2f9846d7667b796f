import CHiredis
import NIOCore

/// Commands as they go over the wire, in one piece.
struct RedisBatch: Sendable {
    /// Their names, at least one.
    let commands: [String]
    let bytes: ByteBuffer
}

/// Writes commands as Redis reads them, by hiredis' formatter.
enum RedisFormatter {
    /// - Parameters:
    ///   - commands: at least one.
    ///   - limit: bytes of all of them together.
    /// - Throws: `commandTooLarge`.
    static func format(_ commands: [RedisCommand], limit: Int) throws(RedisError) -> RedisBatch {
        var size = 0
        for command in commands {
            // Lengths and line ends take less than 32 bytes an argument.
            size += 32 + command.name.utf8.count + command.arguments.reduce(0) { $0 + $1.count + 32 }
            guard size <= limit else { throw .commandTooLarge(command: command.name, bytes: size, limit: limit) }
        }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        for command in commands { try append(command, to: &buffer) }
        return RedisBatch(commands: commands.map(\.name), bytes: buffer)
    }

    private static func append(_ command: RedisCommand, to buffer: inout ByteBuffer) throws(RedisError) {
        var words = Array(command.name.utf8)
        var lengths = [words.count]
        for argument in command.arguments {
            words += argument
            lengths.append(argument.count)
        }
        var text: sds?
        let length = words.withUnsafeBufferPointer { words in
            var next = UnsafeRawPointer(words.baseAddress)?.assumingMemoryBound(to: CChar.self)
            var pointers: [UnsafePointer<CChar>?] = lengths.map { length in
                defer { next = next.map { $0 + length } }
                return next
            }
            // -1: no memory; else the length, which the limit keeps within an Int32.
            return redisFormatSdsCommandArgv(&text, Int32(lengths.count), &pointers, lengths)
        }
        guard length >= 0, let text else {
            throw .commandTooLarge(command: command.name, bytes: words.count, limit: 0)
        }
        defer { redisFreeSdsCommand(text) }
        buffer.writeBytes(UnsafeRawBufferPointer(start: text, count: Int(length)))
    }
}
