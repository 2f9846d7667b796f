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

    /// Hands over all names, some of them perhaps more than once; holds a page of them, or the elements of one list. Blocking. Throws
    /// `StoreError`, also for names that are not UTF-8 (they could protect nothing), `CancellationError`, and what `take`
    /// throws.
    package func read(isCancelled: () -> Bool, _ take: (String) throws -> Void) throws {
        try reader.check()
        let glob = RedisGlob(pattern)
        var cursor = KeysReader.Page.start
        repeat {
            if isCancelled() { throw CancellationError() }
            let page = try reader.page(cursor, match: pattern, type: nil)
            let keys = page.keys.filter { !own.contains($0) }
            for (key, replies) in zip(keys, try reader.replies(keys) { [.type($0)] }) {
                try names(of: key, type: try replies[0].get().text ?? "none", glob, isCancelled) { name in
                    try take(try text(name, of: key))
                }
            }
            cursor = page.cursor
        } while cursor != KeysReader.Page.start
    }

    private func names(
        of key: [UInt8],
        type: String,
        _ glob: RedisGlob,
        _ isCancelled: () -> Bool,
        _ take: ([UInt8]) throws -> Void
    ) throws {
        switch type {
        case "none": break
        case "set", "zset": try members(of: key, isSorted: type == "zset", isCancelled, take)
        case "list": try elements(of: key).forEach(take)
        default: try ([key] + [glob.stem(of: key)].compactMap(\.self)).forEach(take)
        }
    }

    private func members(
        of key: [UInt8],
        isSorted: Bool,
        _ isCancelled: () -> Bool,
        _ take: ([UInt8]) throws -> Void
    ) throws {
        var cursor = KeysReader.Page.start
        repeat {
            if isCancelled() { throw CancellationError() }
            let read = RedisRead.members(key, cursor: cursor, isSorted: isSorted)
            let reply = try reader.replies([key]) { _ in [read] }[0][0].get()
            guard let parts = reply.elements, parts.count == 2, let next = parts[0].bytes,
                let values = parts[1].elements?.compactMap(\.bytes)
            else { throw reader.unexpected("SSCAN", reply) }
            // Of a sorted set scores stand between the members.
            for index in stride(from: 0, to: values.count, by: isSorted ? 2 : 1) { try take(values[index]) }
            cursor = next
        } while cursor != KeysReader.Page.start
    }

    /// In one piece: in parts a list that changes meanwhile would not be seen whole.
    private func elements(of key: [UInt8]) throws -> [[UInt8]] {
        let length = try reader.replies([key]) { [.length($0)] }[0][0].get().int ?? 0
        guard length <= Self.longestList else {
            throw StoreError.listTooLong(reader.connection, key: name(key), length: length, limit: Self.longestList)
        }
        let reply = try reader.replies([key]) { [.elements($0)] }[0][0].get()
        guard let values = reply.elements else { throw reader.unexpected("LRANGE", reply) }
        return values.compactMap(\.bytes)
    }

    private func text(_ bytes: [UInt8], of key: [UInt8]) throws(StoreError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .notUTF8(reader.connection, key: name(key))
        }
        return text
    }

    private func name(_ key: [UInt8]) -> String { "\(PathText(key))" }
}
