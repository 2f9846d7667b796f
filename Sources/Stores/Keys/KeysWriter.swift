import Clients
import Retention

/// Calls the script that removes.
struct KeysWriter: Sendable {
    /// A key as it was planned.
    struct Planned {
        var key: [UInt8]
        var version: KeyVersion
    }

    private let server: KeysServer
    private let fence: Fence?
    private let fenceKey: [UInt8]
    private let conditions: [[UInt8]]

    /// - Parameter idleSeconds: a key must have been idle for more; `nil` = no such condition.
    init(_ server: KeysServer, _ specification: KeysSpecification, idleSeconds: Int64?, fence: Fence?) {
        self.server = server
        self.fence = fence
        let prefix = specification.ownPrefixes.first ?? ""
        fenceKey = fence.map { Array("\(prefix)fence:\($0.scope):\($0.lock)".utf8) } ?? []
        conditions =
            [
                fence.map { String($0.epoch) } ?? "", specification.withoutTTL ? "1" : "0",
                String(idleSeconds ?? -1), specification.time ?? "", String(specification.sizeOver ?? -1),
                String(specification.ownPrefixes.count),
            ].map(\.redisBytes) + specification.ownPrefixes.map(\.redisBytes)
    }

    /// Tells the server the epoch, before anything is removed. Throws `.fenced` if it has seen a newer one.
    func open() throws(StoreError) {
        guard fence != nil else { return }
        do {
            _ = try call([], waits: true)
        } catch {
            switch error {
            case .fenced(let message): throw StoreError(.fenced, message)
            case .redis(let error): throw StoreError(error, connection: server.name)
            }
        }
    }

    /// Why nothing is known to have been removed.
    enum Failure: Error {
        case fenced(String)
        case redis(RedisError)
    }

    /// Removes those that are as they were planned.
    /// - Parameter waits: for a connection, if there is none.
    /// - Returns: parallel to `planned`.
    func remove(_ planned: [Planned], waits: Bool) throws(Failure) -> [KeysScript.Answer] {
        let reply = try call(planned, waits: waits)
        let answers = reply.compactMap(\.int).compactMap(KeysScript.Answer.init)
        guard answers.count == planned.count else {
            throw .redis(.unexpectedReply(command: "EVALSHA", kind: RedisValue.array(reply).kind))
        }
        return answers
    }

    private func call(_ planned: [Planned], waits: Bool) throws(Failure) -> [RedisValue] {
        let reply: RedisValue
        do {
            reply = try server.run(
                KeysScript.remove,
                keys: (fence == nil ? [] : [fenceKey]) + planned.map(\.key),
                arguments: conditions + planned.flatMap { [$0.version.type.redisBytes, $0.version.time] },
                waits: waits
            )
        } catch {
            throw .redis(error)
        }
        guard let parts = reply.elements else {
            throw .redis(.unexpectedReply(command: "EVALSHA", kind: reply.kind))
        }
        if parts.first?.int == KeysScript.fenced { throw .fenced(fencedMessage(parts.last)) }
        return parts
    }

    func fencedMessage(_ seen: RedisValue?) -> String {
        let key = DisplayName.printable(fenceKey)
        guard let seen = seen?.int else {
            return "Connection \(server.name): the key \(key) holds no epoch, so that nobody can tell which replica "
                + "may act. Nothing more was removed. Remove that key if it is not somebody else's."
        }
        return "Connection \(server.name) has seen epoch \(seen) of the lock \(fence?.lock ?? ""), and this run has "
            + "\(fence?.epoch ?? 0): another replica took over and acts now. Nothing more was removed by this one; "
            + "there is nothing to do."
    }
}
