import Clients
package import Retention

/// Containers of one Docker engine that have ended or never ran, as a store.
///
/// The engine cannot compare epochs: a fence has no meaning to it. What it does compare is whether a container runs.
package struct ContainersStore: MutableStore {
    private let server: ContainersServer
    private let specification: ContainersSpecification
    private let own: OwnContainer

    /// - Parameter own: what this program runs in; never a candidate.
    package init(server: ContainersServer, specification: ContainersSpecification, own: OwnContainer) {
        self.server = server
        self.specification = specification
        self.own = own
    }

    package func openSource(asOf _: Instant) throws -> any Source {
        let filter = try ContainersFilter(specification, own: own)
        try check()
        return ContainersSource(server: server, filter: filter)
    }

    package func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        let filter = try ContainersFilter(specification, own: own)
        try check(isCancelled)
        return ContainersRemover(server: server, filter: filter)
    }

    /// Nothing is ever left half-made.
    package func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }

    private func check(_ isCancelled: () -> Bool = { false }) throws(StoreError) {
        do throws(DockerError) {
            _ = try server.version(isCancelled: isCancelled)
        } catch {
            throw StoreError(error)
        }
    }
}

extension ContainersStore {
    /// By what a reference may name a container: its id, the first twelve digits of it, its name, and its name as the
    /// engine writes it, with a slash before it.
    package static func names(of item: Item, in block: ItemBlock) -> [[UInt8]] {
        let id = Array(block.name(of: item))
        let name = Array(ContainerVersion(block.version(of: item)).name.utf8)
        let names = name.isEmpty ? [] : [name, [UInt8(ascii: "/")] + name]
        return [id, Array(id.prefix(12))] + names
    }

    /// The name by which people know a container; `nil` = it has none, or the item is no container: the ledger may hold
    /// items of a time when the task was on something else.
    package static func commonName(of item: Item, in block: ItemBlock) -> String? {
        let version = block.version(of: item)
        let container = ContainerVersion(version)
        guard !container.name.isEmpty, version.elementsEqual(container.bytes) else { return nil }
        return container.name
    }

    /// `names(of:in:)` as a value, for a store whose items references protect.
    package static let referenceNames: ReferenceNames = { names(of: $1, in: $0) }
}
