import Clients
import Retention

/// The looking side of objects: one listing, and tags where they count. Changes nothing.
struct ObjectsSource: Source {
    let server: ObjectsServer
    let specification: ObjectsSpecification
    let filter: ObjectsFilter
    /// When it was opened.
    let opened: Instant

    /// On this one thread: a page of a listing begins where the one before ends.
    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        let tags = ObjectsTags(server: server, specification: specification)
        var output = ObjectsOutput(filter: filter, tags: tags, opened: opened)
        let listing = ObjectsListing(server: server, specification: specification)
        try listing.forEachPage(isCancelled: isCancelled) { page in
            try ObjectsClock.check(server)
            try output.append(page, isCancelled, emit)
        }
        if output.mayRepeat {
            throw StoreError.tooManyObjects(server.name, limit: KeyHashes.limit)
        }
        try output.flush(emit)
        return output.summary
    }

    /// Nothing is open in a bucket.
    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        ObjectsLook(server: server).presences(of: PlannedObject.all(of: block).map(\.object), { false })
            .map { look in
                switch look {
                case .asPlanned: .unchanged
                case .gone: .absent
                case .changed: .changed
                case .unknown, .unasked: .unknown
                }
            }
    }
}

/// An item of a plan.
struct PlannedObject: Sendable {
    /// In the block.
    var index: Int
    var object: ListedObject

    /// All items of a block; what no version can be read of is a version that no object has.
    static func all(of block: ItemBlock) -> [PlannedObject] {
        block.items.indices.map { index in
            let item = block.items[index]
            let version = ObjectVersion(block.version(of: item))
            return PlannedObject(
                index: index,
                object: ListedObject(
                    key: String(decoding: block.name(of: item), as: UTF8.self),
                    version: version ?? ObjectVersion(kind: .current, modified: .min, size: -1),
                    time: item.time.nanoseconds
                )
            )
        }
    }
}
