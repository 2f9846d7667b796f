import Clients
package import Retention

/// Objects of one bucket, their versions or their unfinished uploads, as a store.
///
/// Ages are those that the server tells: of current objects since they were written, of versions since newer ones took
/// their place, of uploads since they were begun.
package struct ObjectsStore: MutableStore {
    private let server: ObjectsServer
    private let specification: ObjectsSpecification
    private let now: @Sendable () -> Instant

    /// - Parameter now: the wall clock.
    package init(
        server: ObjectsServer,
        specification: ObjectsSpecification,
        now: @escaping @Sendable () -> Instant
    ) {
        self.server = server
        self.specification = specification
        self.now = now
    }

    package func openSource(asOf _: Instant) throws -> any Source {
        ObjectsSource(
            server: server,
            specification: specification,
            filter: try ObjectsFilter(specification, versioning: try versioning()),
            opened: now()
        )
    }

    /// Throws `StoreError(.denied)` where current objects may go and the server does not heed conditions, unless the task
    /// allows it; where the task asks for tags, and the server keeps none; and where the server's clock and this
    /// machine's differ too much.
    ///
    /// Writes and removes an object of its own to find that out; there is no fence: a server of objects cannot compare
    /// epochs, and does not need to, because what is removed is unchanged.
    package func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        try ObjectsClock.require(of: server, prefix: specification.prefix, isCancelled: isCancelled)
        if specification.needsTags, !specification.uploads {
            try server.requireTags(prefix: specification.prefix, isCancelled: isCancelled)
        }
        guard specification.removesCurrent else {
            // What has an id of its own needs no condition.
            return ObjectsRemover(
                server: server,
                specification: specification,
                isConditional: true,
                keepsVersions: true
            )
        }
        let capabilities = try server.capabilities(prefix: specification.prefix, isCancelled: isCancelled)
        try ObjectsCondition.require(capabilities, of: server, isAllowed: specification.allowsUnconditional)
        return ObjectsRemover(server: server, specification: specification, capabilities: capabilities)
    }

    /// Nothing is ever left half-made.
    package func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }

    /// Asked where it decides whether a version can be overwritten.
    private func versioning() throws -> S3Versioning? {
        guard !specification.uploads, specification.versions != .current else { return nil }
        do throws(S3Error) {
            return try server.wait { (client) throws(S3Error) in try await client.versioning() }
        } catch {
            throw StoreError(error)
        }
    }
}

/// What must hold of a server before current objects are removed from it.
enum ObjectsCondition {
    /// Throws `StoreError(.denied)` where it is not known that deletions are conditional.
    static func require(
        _ capabilities: S3Capabilities,
        of server: ObjectsServer,
        isAllowed: Bool
    ) throws(StoreError) {
        guard capabilities.conditionalDelete != true, !isAllowed else { return }
        let finding =
            capabilities.conditionalDelete == false
            ? "the server \(server.server) deletes objects although they are not those that it was asked to delete"
            : "it is not known whether the server \(server.server) heeds conditions on deletions"
                + (capabilities.unknownReason.map { " (\($0))" } ?? "")
        throw StoreError(
            .denied,
            "Connection \(server.name): \(finding), so that what is written between a look and a deletion would be lost. "
                + "Nothing was removed. If nobody overwrites objects there, say allow: { unconditional: true } in this task."
        )
    }
}
