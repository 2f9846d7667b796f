import Clients
package import Retention

/// Entries of one JSON file, as a store.
///
/// What others may do to the file meanwhile, and what cannot be guaranteed then, is said by `JSONFileRewriter`.
package struct RecordsStore: MutableStore {
    private let file: String
    private let specification: RecordsSpecification
    private let owned: [RecordsOwned]
    private let usage: StorageUse?
    private let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - file: absolute path. No symlink, and without other hard links.
    ///   - owned: what goes with a record, in this order, before it.
    ///   - usage: what a quota measures; `nil` = there is none.
    ///   - now: the wall clock.
    package init(
        file: String,
        specification: RecordsSpecification,
        owned: [RecordsOwned] = [],
        usage: StorageUse? = nil,
        now: @escaping @Sendable () -> Instant
    ) {
        self.file = file
        self.specification = specification
        self.owned = owned
        self.usage = usage
        self.now = now
    }

    package func openSource(asOf _: Instant) throws -> any Source {
        RecordsSource(
            place: try place(),
            reader: try RecordsReader(specification),
            sizes: try owned.compactMap { owned in
                try owned.openSize.map { (try RecordsReader.field(owned.field), try $0()) }
            },
            keep: try GlobSet(specification.keepMatch, of: "keep.match"),
            usage: usage,
            opened: now()
        )
    }

    package func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        let reader = try RecordsReader(specification)
        let place = try place(toBeChanged: true)
        return RecordsRemover(
            rewriter: JSONFileRewriter(place, pointer: reader.pointer, run: run),
            reader: reader,
            needsRoom: !makesRoom(at: place),
            owned: try owned.map { owned in
                RecordsRemover.Owned(
                    field: try RecordsReader.field(owned.field),
                    written: owned.field,
                    resource: owned.resource,
                    remove: try owned.open(isCancelled)
                )
            }
        )
    }

    package func sweep(before instant: Instant) throws -> SweepReport {
        let place = try place(toBeChanged: true)
        do throws(JSONFileError) {
            let sweep = try JSONPartSweep(place, before: instant.nanoseconds)
            return SweepReport(removed: sweep.removed, left: sweep.left, warnings: sweep.warnings)
        } catch {
            throw StoreError(error)
        }
    }

    /// What the records own lies on the disk of the file, which needs no other room then; or they own nothing.
    private func makesRoom(at place: JSONFilePlace) -> Bool {
        do throws(FileTreeError) {
            for owned in owned {
                guard let root = owned.root, try place.sharesRoom(with: root) else { return false }
            }
            return true
        } catch {
            // Whoever opens it says what is wrong with it.
            return false
        }
    }

    private func place(toBeChanged: Bool = false) throws -> JSONFilePlace {
        do throws(JSONFileError) {
            return try JSONFilePlace(path: file, toBeChanged: toBeChanged)
        } catch {
            throw StoreError(error)
        }
    }
}
