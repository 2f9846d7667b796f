package import Clients
import Glibc
package import Retention

/// Removes planned files and directories beneath a root, each only if it is still what was planned.
package final class FilesRemover: Sendable {
    /// Compresses one file, of that name and version, on the file system `device`.
    package typealias Compressor = (
        _ directory: DirectoryHandle, _ name: [UInt8], _ version: FileVersion, _ device: UInt64
    ) -> ItemResult

    private let root: Root
    private let specification: FilesSpecification
    /// Copies a file before it is removed; `nil` = it goes without.
    private let copier: FileCopier?
    private let filter: Result<FilesFilter, StoreError>

    package convenience init(root: Root, specification: FilesSpecification) {
        self.init(root: root, specification: specification, copier: nil)
    }

    init(root: Root, specification: FilesSpecification, copier: FileCopier?) {
        self.root = root
        self.specification = specification
        self.copier = copier
        filter = Result { () throws(StoreError) in try FilesFilter(specification, root: root) }
    }

    /// Carries out the verdicts remove and compress of one block.
    ///
    /// Blocking; several threads may call it with different blocks. Stops at an item's end when cancelled.
    /// - Returns: results parallel to `block.items`; `.notTried` for the items of other verdicts, and after a stop.
    package func act(
        on block: ItemBlock,
        compressor: Compressor,
        isCancelled: () -> Bool
    ) -> [ItemResult] {
        var results = [ItemResult](repeating: ItemResult(.notTried), count: block.items.count)
        guard block.items.contains(where: \.verdict.isActedOn) else { return results }
        let removal: BlockRemoval
        switch open(block) {
        case .success(let open):
            removal = open
        case .failure(let refusal):
            for index in block.items.indices where block.items[index].verdict.isActedOn {
                results[index] = refusal.result
            }
            return results
        }
        for index in Self.order(block) {
            if isCancelled() { break }
            results[index] = removal.act(on: block.items[index], compressor: compressor, isCancelled: isCancelled)
        }
        return results
    }

    /// The items to act on in the order of their inodes: neighbours lie in the same blocks of the disk, so that each is
    /// read and written once. On ext4 this saves a tenth of the time.
    private static func order(_ block: ItemBlock) -> [Int] {
        var order: [(inode: UInt64, index: Int)] = []
        order.reserveCapacity(block.items.count)
        for (index, item) in block.items.enumerated() where item.verdict.isActedOn {
            let inode = item.kind == .file ? FileVersion.inode(of: block.version(of: item)) : 0
            order.append((inode, index))
        }
        order.sort { ($0.inode, $0.index) < ($1.inode, $1.index) }
        return order.map(\.index)
    }

    /// Removes what a compression that ended in the middle left behind beneath the source's path.
    ///
    /// Blocking. Only our own names (`.cleanupd-<run>-<n>.gz.part`, and `….orig.part` beside its archive), regular files
    /// with one name that nobody has open and that were last changed before `instant`, the start of this process. What
    /// cannot be looked at or removed stays for the next time.
    package func sweepParts(olderThan instant: Instant) -> SweepReport {
        switch filter {
        case .success(let filter):
            var sweep = PartSweep(root: root, filter: filter, instant: instant)
            return sweep.run()
        case .failure:
            return SweepReport()
        }
    }

    /// Why nothing of a block can be touched.
    private struct Refusal: Error {
        let result: ItemResult

        init(_ outcome: ItemOutcome, _ failure: FailureReason?, _ detail: String?) {
            result = ItemResult(outcome, failure: failure, detail: detail)
        }
    }

    private func open(_ block: ItemBlock) -> Result<BlockRemoval, Refusal> {
        switch filter {
        case .success(let filter): open(block, filter)
        case .failure(let error): .failure(Refusal(.failed, .unknown, error.message))
        }
    }

    private func open(_ block: ItemBlock, _ filter: FilesFilter) -> Result<BlockRemoval, Refusal> {
        let name = DisplayName.printable(block.place)
        guard let identity = FileIdentity(placeVersion: block.placeVersion) else {
            return .failure(
                Refusal(.failed, .integrity, "The plan has no version of the directory \(name); plan again.")
            )
        }
        if filter.isOutOfBounds(directory: block.place) {
            return .failure(Refusal(.changed, nil, "The directory \(name) is protected or excluded by now; it stays."))
        }
        do throws(SystemError) {
            let place = try root.openDirectory(block.place[...])
            guard try place.status().identity == identity else {
                return .failure(Refusal(.changed, nil, "The directory \(name) was replaced since the plan; it stays."))
            }
            return .success(
                BlockRemoval(
                    root: root,
                    specification: specification,
                    filter: filter,
                    copier: copier,
                    block: block,
                    place: place,
                    identity: identity
                )
            )
        } catch {
            if error.errno == ENOENT { return .failure(Refusal(.gone, nil, nil)) }
            let problem = FileTreeError.opening(block.place, error)
            let isReplaced = error.isVanished || error.isMount
            return .failure(
                Refusal(isReplaced ? .changed : .failed, isReplaced ? nil : FailureReason(problem), problem.message)
            )
        }
    }
}
