import Clients
import Retention

/// What is known of a key.
struct KeyFacts: Sendable {
    var key: [UInt8]
    /// As `TYPE` says it.
    var type: String
    /// It expires by itself.
    var expires = false
    /// Seconds since its last use; `nil` = not asked for, or the server does not tell.
    var idle: Int64?
    /// 0 where the server does not tell.
    var bytes: Int64 = 0
    /// What its field holds; `nil` = not asked for, no such field, or too long for a time.
    var time: [UInt8]?

    var version: KeyVersion { KeyVersion(type: type, time: time ?? []) }
}

extension KeysReader {
    /// What a policy needs to know of some keys.
    /// - Returns: parallel to `keys`; `nil` = it is gone.
    func facts(_ keys: [[UInt8]], _ specification: KeysSpecification) throws(StoreError) -> [KeyFacts?] {
        let asked = try replies(keys) { key in
            var reads: [RedisRead] = [.type(key), .memoryUsage(key)]
            if specification.withoutTTL { reads.append(.timeToLive(key)) }
            reads.append(specification.time.map { .fieldLength(key, $0) } ?? .idleTime(key))
            return reads
        }
        var facts: [KeyFacts?] = []
        var lengths: [Int64] = []
        for (key, replies) in zip(keys, asked) {
            facts.append(try fact(key, replies, specification))
            lengths.append(specification.time == nil ? 0 : try replies.last.map(length) ?? 0)
        }
        guard let field = specification.time else { return facts }
        let readable = facts.indices.filter { facts[$0] != nil && (1...KeyTime.longest).contains(Int(lengths[$0])) }
        let values = try replies(readable.map { keys[$0] }) { [.field($0, field)] }
        for (index, reply) in zip(readable, values) {
            // An error: it holds something else by now, and so has no such field.
            if case .success(let value)? = reply.first { facts[index]?.time = value.bytes }
        }
        return facts
    }

    private func fact(
        _ key: [UInt8],
        _ replies: [Result<RedisValue, RedisError>],
        _ specification: KeysSpecification
    ) throws(StoreError) -> KeyFacts? {
        let type = try required(replies[0]).text ?? "none"
        guard type != "none" else { return nil }
        var facts = KeyFacts(key: key, type: type)
        let needsBytes = specification.needsBytes || specification.sizeOver != nil
        facts.bytes = try told(replies[1], isNeeded: needsBytes) ?? 0
        if specification.withoutTTL { facts.expires = try required(replies[2]).int != -1 }
        if specification.time == nil, let reply = replies.last {
            facts.idle = try told(reply, isNeeded: specification.idleFor != nil)
        }
        return facts
    }

    /// A length of 0 for what is no hash any more.
    private func length(_ reply: Result<RedisValue, RedisError>) throws(StoreError) -> Int64 {
        if case .failure(let error) = reply, error.code == "WRONGTYPE" { return 0 }
        return try required(reply).int ?? 0
    }

    private func required(_ reply: Result<RedisValue, RedisError>) throws(StoreError) -> RedisValue {
        do {
            return try reply.get()
        } catch {
            throw StoreError(error, connection: connection)
        }
    }

    /// What some servers do not tell: idle times, where `maxmemory-policy` is of the kind LFU, and sizes.
    private func told(_ reply: Result<RedisValue, RedisError>, isNeeded: Bool) throws(StoreError) -> Int64? {
        switch reply {
        case .success(let value): return value.int
        case .failure where !isNeeded: return nil
        case .failure(.reply(_, let message)) where message.contains("LFU"):
            throw .noIdleTimes(connection)
        case .failure(let error): throw StoreError(error, connection: connection)
        }
    }
}
