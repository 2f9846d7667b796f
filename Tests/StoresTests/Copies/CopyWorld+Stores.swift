import Clients
import Retention

@testable import Stores

extension CopyWorld {
    /// The store, alone and with what lists and references put around it.
    var stores: [any MutableStore] {
        let list = Reference(id: "q", label: "the query q") { _ in [] }
        let listed = ListedStore(base: store(), lists: [list], root: root, aliases: [])
        let referenced = ReferencedStore(
            base: listed,
            references: [],
            root: root,
            rules: ReferenceRules(isOrphan: false),
            makeSpool: { MemorySpool() }
        )
        return [store(), listed, referenced]
    }
}
