import Clients
package import Retention

/// Objects that rows or records name, removed as if they had just been planned. Belongs to one run; for one thread at a
/// time.
package struct OwnedObjects: Sendable {
    private let server: ObjectsServer
    private let prefix: String
    private let remover: ObjectsRemover

    /// Finds out whether the server heeds conditions, and writes and removes an object of its own for it where that is not
    /// known. Blocking. Throws `StoreError`, also where it does not and the task does not allow that, and where the
    /// server's clock and this machine's differ too much.
    /// - Parameters:
    ///   - prefix: with which all keys must begin that may go; empty = any.
    ///   - allowsUnconditional: what is overwritten between a look and its deletion may be lost.
    ///   - isCancelled: asked while it waits for the server; it ends within some seconds then.
    package init(
        server: ObjectsServer,
        prefix: String = "",
        allowsUnconditional: Bool = false,
        isCancelled: () -> Bool = { false }
    ) throws {
        try ObjectsClock.require(of: server, prefix: prefix, isCancelled: isCancelled)
        let capabilities = try server.capabilities(prefix: prefix, isCancelled: isCancelled)
        try ObjectsCondition.require(capabilities, of: server, isAllowed: allowsUnconditional)
        self.server = server
        self.prefix = prefix
        remover = ObjectsRemover(
            server: server,
            specification: ObjectsSpecification(prefix: prefix, allowsUnconditional: allowsUnconditional),
            capabilities: capabilities
        )
    }

    /// Removes the current object of a key. Blocking.
    ///
    /// - Returns: `.deleted` (0 bytes where versions are kept, which go on being there), `.gone` if nothing is there, and
    ///   otherwise why it stays; a key outside the prefix has failed.
    package func remove(_ key: String, isCancelled: () -> Bool) -> ItemResult {
        guard key.utf8.starts(with: prefix.utf8), !key.isEmpty, !S3Client.isProbe(key: key) else {
            return ItemResult(
                .failed,
                failure: .permission,
                detail:
                    "\"\(PathText(key.utf8))\" lies outside of the prefix \"\(PathText(prefix.utf8))\"; what it names "
                    + "stays, and so does what owns it."
            )
        }
        guard !isCancelled() else { return ItemResult(.notTried) }
        let found: S3Object?
        do throws(S3Error) {
            found = try server.wait(isCancelled) { (client) throws(S3Error) in
                try await client.head(key: key, versionID: nil)
            }
        } catch {
            return ItemResult(.failed, failure: FailureReason(error), detail: error.message)
        }
        return found.map { remover.removeNow($0, isCancelled: isCancelled) } ?? ItemResult(.gone)
    }
}
