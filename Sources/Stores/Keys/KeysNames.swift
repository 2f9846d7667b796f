import Clients

/// Reads from Redis what is still needed: keys that name it.
///
/// A set, a list or a sorted set names its members. Any other key names itself, and what the `*` of the glob stands for:
/// of `preview:*` the key `preview:a7` names `preview:a7` and `a7`.
package struct KeysNames: Sendable {
    /// A longer list is not read at once.
    static let longestList: Int64 = 500_000

    private let reader: KeysReader
    private let pattern: String
    private let own: OwnKeys

    /// - Parameters:
    ///   - pattern: a glob as Redis has it.
    ///   - ownPrefixes: what the names of our own keys begin with, which name nothing.
    package init(server: KeysServer, pattern: String, ownPrefixes: [String]) {
        reader = KeysReader(server)
        self.pattern = pattern
        own = OwnKeys(ownPrefixes)
    }

    /// All names, some of them perhaps more than once. Blocking. Throws `StoreError`, also for names that are not UTF-8
    /// (they could protect nothing) and for more than `limit`, and `CancellationError`.
    package func read(limit: Int, isCancelled: () -> Bool) throws -> [String] {
        try reader.check()
        let glob = RedisGlob(pattern)
        var names: [String] = []
        var cursor = KeysReader.Page.start
        repeat {
            if isCancelled() { throw CancellationError() }
            let page = try reader.page(cursor, match: pattern, type: nil)
            let keys = page.keys.filter { !own.contains($0) }
            for (key, replies) in zip(keys, try reader.replies(keys) { [.type($0)] }) {
                for name in try self.names(of: key, type: try replies[0].get().text ?? "none", glob, isCancelled) {
                    names.append(try text(name, of: key))
                }
                guard names.count <= limit else { throw tooMany(limit) }
            }
            cursor = page.cursor
        } while cursor != KeysReader.Page.start
        return names
    }

    private func names(
        of key: [UInt8],
        type: String,
        _ glob: RedisGlob,
        _ isCancelled: () -> Bool
    ) throws -> [[UInt8]] {
        switch type {
        case "none": return []
        case "set", "zset": return try members(of: key, isSorted: type == "zset", isCancelled)
        case "list": return try elements(of: key)
        default: return [key] + [glob.stem(of: key)].compactMap(\.self)
        }
    }

    private func members(of key: [UInt8], isSorted: Bool, _ isCancelled: () -> Bool) throws -> [[UInt8]] {
        var result: [[UInt8]] = []
        var cursor = KeysReader.Page.start
        repeat {
            if isCancelled() { throw CancellationError() }
            let read = RedisRead.members(key, cursor: cursor, isSorted: isSorted)
            let reply = try reader.replies([key]) { _ in [read] }[0][0].get()
            guard let parts = reply.elements, parts.count == 2, let next = parts[0].bytes,
                let values = parts[1].elements?.compactMap(\.bytes)
            else { throw reader.unexpected("SSCAN", reply) }
            // Of a sorted set scores stand between the members.
            result += isSorted ? stride(from: 0, to: values.count, by: 2).map { values[$0] } : values
            cursor = next
        } while cursor != KeysReader.Page.start
        return result
    }

    /// In one piece: in parts a list that changes meanwhile would not be seen whole.
    private func elements(of key: [UInt8]) throws -> [[UInt8]] {
        let length = try reader.replies([key]) { [.length($0)] }[0][0].get().int ?? 0
        guard length <= Self.longestList else {
            throw StoreError(
                .unreadable,
                "Connection \(reader.connection): the list \(name(key)) has \(length) elements; more than "
                    + "\(Self.longestList) are not read. Name fewer, or keep them in a set."
            )
        }
        let reply = try reader.replies([key]) { [.elements($0)] }[0][0].get()
        guard let values = reply.elements else { throw reader.unexpected("LRANGE", reply) }
        return values.compactMap(\.bytes)
    }

    private func text(_ bytes: [UInt8], of key: [UInt8]) throws(StoreError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StoreError(
                .unreadable,
                "Connection \(reader.connection): the key \(name(key)) names something whose name is not UTF-8, which "
                    + "cannot be looked for. Correct it."
            )
        }
        return text
    }

    private func tooMany(_ limit: Int) -> StoreError {
        StoreError(
            .unreadable,
            "Connection \(reader.connection): the keys \(pattern) name more than \(limit) things. Narrow the glob."
        )
    }

    private func name(_ key: [UInt8]) -> String { "\(PathText(key))" }
}
