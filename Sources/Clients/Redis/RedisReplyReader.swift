import CHiredis

/// Turns bytes of a server into replies, by hiredis' reader, and refuses what is no reply or too great.
///
/// After it has thrown it cannot be used any more.
struct RedisReplyReader: ~Copyable {
    /// Why there will be no more replies: words without data.
    struct Failure: Error, Equatable {
        let reason: String

        static let noMemory = Failure(reason: "no memory for a reply; give the program more")
        static let noRedis = Failure(reason: "not the protocol of Redis")

        static func tooGreat(_ limits: RedisLimits) -> Failure {
            Failure(reason: "a reply of more than \(limits.replyBytes) bytes or \(limits.replyElements) elements")
        }
    }

    private let reader: UnsafeMutablePointer<chiredis_reader>
    private let limits: RedisLimits
    /// Bytes since the last whole reply.
    private var pending = 0

    init(limits: RedisLimits) throws(Failure) {
        guard let reader = chiredis_reader_create(max(0, limits.replyBytes), max(0, limits.replyElements)) else {
            throw .noMemory
        }
        self.reader = reader
        self.limits = limits
    }

    deinit { chiredis_reader_free(reader) }

    /// Adds bytes and gives each reply that they complete to `body`, in order.
    ///
    /// In pieces, because hiredis moves all that it has not read yet after each reply.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ body: (RedisValue) -> Void) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(16 << 10))
            rest = rest.dropFirst(piece.count)
            // False: no memory, or this reader has failed before.
            guard chiredis_feed(reader, piece.bindMemory(to: CChar.self).baseAddress, piece.count) else {
                throw .noMemory
            }
            pending += piece.count
            while let value = try next() { body(value) }
            guard pending <= limits.replyBytes else { throw tooGreat }
        }
    }

    /// The next whole reply.
    private mutating func next() throws(Failure) -> RedisValue? {
        var reply: UnsafeMutablePointer<redisReply>?
        switch chiredis_next(reader, &reply) {
        case chiredis_status_ok: break
        case chiredis_status_limit: throw tooGreat
        case chiredis_status_memory: throw .noMemory
        // chiredis_status_protocol; hiredis' words name at most one byte of what came.
        default: throw .noRedis
        }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        let rest = reader.pointee.reader.pointee.len - reader.pointee.reader.pointee.pos
        guard pending - rest <= limits.replyBytes else { throw tooGreat }
        pending = rest
        return Self.value(reply)
    }

    private var tooGreat: Failure { .tooGreat(limits) }

    /// Copies a reply. hiredis nests no deeper than seven arrays.
    private static func value(_ pointer: UnsafePointer<redisReply>) -> RedisValue {
        let reply = pointer.pointee
        switch reply.type {
        case REDIS_REPLY_STRING: return .string(Array(bytes(reply)))
        case REDIS_REPLY_STATUS: return .simple(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return .integer(reply.integer)
        case REDIS_REPLY_ERROR:
            let (code, message) = RedisError.parts(of: String(decoding: bytes(reply), as: UTF8.self))
            return .error(code: code, message: message)
        case REDIS_REPLY_ARRAY:
            return .array(
                (0..<reply.elements).map { index in chiredis_element(pointer, index).map { value($0) } ?? .null }
            )
        // REDIS_REPLY_NIL; hiredis makes no others.
        default: return .null
        }
    }

    private static func bytes(_ reply: redisReply) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: reply.str, count: reply.len)
    }
}
