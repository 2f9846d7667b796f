import Clients
import Retention

/// What the looking side may ask a server: it has no other commands.
///
/// None of them counts to Redis as a use of a key, except those of a field.
struct KeysReader: Sendable {
    /// One answer of SCAN.
    struct Page {
        /// Of the next page; "0" at the end.
        var cursor: [UInt8]
        var keys: [[UInt8]]

        static let start = Array("0".utf8)
    }

    /// How many keys the server looks at for one page.
    private static let pageSize = 500

    private let server: KeysServer

    init(_ server: KeysServer) {
        self.server = server
    }

    var connection: String { server.name }

    /// Whether it is there, and has all keys: a node of a cluster would list only its own.
    func check() throws(StoreError) {
        let reply: RedisValue
        do {
            reply = try server.send(RedisCommand("INFO", "cluster"))
        } catch {
            // Who may not ask for INFO may still have the right to scan.
            guard error.code == "NOPERM" else { throw StoreError(error, connection: connection) }
            return
        }
        guard reply.text?.contains("cluster_enabled:1") != true else {
            throw .isCluster(connection)
        }
    }

    /// Lists some keys. Those that are there all the time are on some page; any may be on several.
    /// - Parameters:
    ///   - cursor: `Page.start`, or that of the page before.
    ///   - match: a glob; `nil` = all keys.
    ///   - type: as `TYPE` says it; `nil` = any.
    func page(_ cursor: [UInt8], match: String?, type: String?) throws(StoreError) -> Page {
        var arguments = [cursor]
        if let match { arguments += ["MATCH".redisBytes, match.redisBytes] }
        arguments += ["COUNT".redisBytes, Self.pageSize.redisBytes]
        if let type { arguments += ["TYPE".redisBytes, type.redisBytes] }
        let reply = try value { (server) throws(RedisError) in
            try server.send(RedisCommand("SCAN", arguments: arguments))
        }
        guard let parts = reply.elements, parts.count == 2, let next = parts[0].bytes, let keys = parts[1].elements
        else { throw unexpected("SCAN", reply) }
        return Page(cursor: next, keys: keys.compactMap(\.bytes))
    }

    /// Asks for facts of keys, all at once.
    /// - Returns: one result for each key, in order; an error is the server's refusal.
    func replies(
        _ keys: [[UInt8]],
        to command: (_ key: [UInt8]) -> [RedisRead]
    ) throws(StoreError) -> [[Result<RedisValue, RedisError>]] {
        guard !keys.isEmpty else { return [] }
        let commands = keys.map(command)
        var replies = try value { (server) throws(RedisError) in
            try server.pipeline(commands.flatMap { $0.map(\.command) })
        }[...]
        for case .failure(let error) in replies where error.code == nil {
            throw StoreError(error, connection: connection)
        }
        return commands.map { own in
            defer { replies = replies.dropFirst(own.count) }
            return Array(replies.prefix(own.count))
        }
    }

    private func value<Value>(
        _ body: (KeysServer) throws(RedisError) -> Value
    ) throws(StoreError) -> Value {
        do {
            return try body(server)
        } catch {
            throw StoreError(error, connection: connection)
        }
    }

    func unexpected(_ command: String, _ reply: RedisValue) -> StoreError {
        StoreError(.unexpectedReply(command: command, kind: reply.kind), connection: connection)
    }
}

/// A command that changes nothing, neither a key nor its value.
enum RedisRead: Sendable {
    case type([UInt8])
    case timeToLive([UInt8])
    case idleTime([UInt8])
    case memoryUsage([UInt8])
    case fieldLength([UInt8], String)
    case field([UInt8], String)
    case members([UInt8], cursor: [UInt8], isSorted: Bool)
    case length([UInt8])
    case elements([UInt8])

    fileprivate var command: RedisCommand {
        switch self {
        case .type(let key): RedisCommand("TYPE", key)
        case .timeToLive(let key): RedisCommand("PTTL", key)
        case .idleTime(let key): RedisCommand("OBJECT", "IDLETIME", key)
        case .memoryUsage(let key): RedisCommand("MEMORY", "USAGE", key)
        case .fieldLength(let key, let field): RedisCommand("HSTRLEN", key, field)
        case .field(let key, let field): RedisCommand("HGET", key, field)
        case .members(let key, let cursor, let isSorted):
            RedisCommand(isSorted ? "ZSCAN" : "SSCAN", key, cursor, "COUNT", 500)
        case .length(let key): RedisCommand("LLEN", key)
        case .elements(let key): RedisCommand("LRANGE", key, 0, -1)
        }
    }
}
