import Clients
import Glibc
import Retention

/// The removal of one block's items from their open directory. For one thread.
final class BlockRemoval {
    /// Items between two looks whether the directory is still where it was planned.
    private static let itemsBetweenChecks = 64

    let root: Root
    private let specification: FilesSpecification
    let filter: FilesFilter
    private let copier: FileCopier?
    let block: ItemBlock
    let place: DirectoryHandle
    let identity: FileIdentity
    private let names = NameBuffer()
    private let scratch = PathScratch()
    private lazy var directories = DirectoryRemoval(
        root: root,
        specification: specification,
        filter: filter,
        place: place
    )
    private var sinceCheck = 0
    private var isMoved = false

    init(
        root: Root,
        specification: FilesSpecification,
        filter: FilesFilter,
        copier: FileCopier?,
        block: ItemBlock,
        place: DirectoryHandle,
        identity: FileIdentity
    ) {
        self.root = root
        self.specification = specification
        self.filter = filter
        self.copier = copier
        self.block = block
        self.place = place
        self.identity = identity
        scratch.begin(block.place, source: filter.sourcePath)
    }

    /// Removes or compresses one item, if it is still what was planned.
    func act(on item: Item, compressor: FilesRemover.Compressor, isCancelled: () -> Bool) -> ItemResult {
        guard isInPlace else { return moved }
        guard let name = names.name(block.name(of: item)) else {
            return ItemResult(
                .failed,
                failure: .integrity,
                detail: "The plan names an entry that cannot be; plan again."
            )
        }
        let path = scratch.path(name.bytes)
        if filter.isProtected(path) || OwnPaths.isTemporary(path.name) {
            return .kept("\(text(item)) is protected by now; it stays.")
        }
        switch item.kind {
        case .file: return actOnFile(item, name, compressor, isCancelled)
        case .directory where copier != nil:
            let detail = "\(text(item)) is a directory, of which no copy is made; it stays."
            return ItemResult(.failed, failure: .integrity, detail: detail)
        case .directory: return directories.remove(item, of: block, name, isCancelled: isCancelled)
        case .other:
            return ItemResult(.failed, failure: .integrity, detail: "\(text(item)) is neither file nor directory.")
        }
    }

    /// A directory that a program renames out of the tree stays open: it must still be found by its path.
    private var isInPlace: Bool {
        if isMoved { return false }
        sinceCheck += 1
        if sinceCheck > Self.itemsBetweenChecks {
            sinceCheck = 1
            isMoved = !root.handle.leads(block.place[...], to: identity)
        }
        return !isMoved
    }

    private func actOnFile(
        _ item: Item,
        _ name: EntryName,
        _ compressor: FilesRemover.Compressor,
        _ isCancelled: () -> Bool
    ) -> ItemResult {
        guard let planned = FileVersion(block.version(of: item)) else {
            return ItemResult(
                .failed,
                failure: .integrity,
                detail: "The plan has no version of \(text(item)); plan again."
            )
        }
        do throws(SystemError) {
            var status = try place.status(of: name)
            if let refusal = refusal(item, planned, status) { return refusal }
            if let copier, item.verdict == .remove {
                return removeOnceCopied(item, name, planned, status, by: copier, isCancelled)
            }
            guard specification.keepOpen else { return try finish(item, name, planned, status, nil, compressor) }
            let lease: FileLease
            do throws(SystemError) {
                lease = try FileLease(name, in: place, status: status)
            } catch {
                return OpenFileCheck.reason(error).map { inUse(item, $0) } ?? changed(item)
            }
            // Nobody can write from here on; what was written before shows now.
            status = try place.status(of: name)
            if let refusal = refusal(item, planned, status) { return refusal }
            return try finish(item, name, planned, status, lease, compressor)
        } catch {
            return failure(item, .examining(block.path(of: item), error), error)
        }
    }

    private func finish(
        _ item: Item,
        _ name: EntryName,
        _ planned: FileVersion,
        _ status: FileStatus,
        _ lease: consuming FileLease?,
        _ compressor: FilesRemover.Compressor
    ) throws(SystemError) -> ItemResult {
        if item.verdict == .compress {
            // The compressor takes a lease of its own.
            lease = nil
            return compressor(place, Array(block.name(of: item)), planned, status.device)
        }
        if let lease, !lease.stands { return inUse(item, OpenFileCheck.reason) }
        // The lease is held until the name is gone.
        defer { withExtendedLifetime(lease) {} }
        do throws(SystemError) {
            try place.remove(name)
        } catch {
            return failure(item, .removing(block.path(of: item), error), error)
        }
        return ItemResult(.deleted, freedBytes: status.allocatedBytes)
    }

    /// Why the file is not touched, if it is not what was planned.
    func refusal(_ item: Item, _ planned: FileVersion, _ status: FileStatus) -> ItemResult? {
        guard status.kind == .regular, status.links == 1, FileVersion(status) == planned,
            specification.time.nanoseconds(of: status) == item.time.nanoseconds
        else { return changed(item) }
        if status.isForeign(to: identity.device) {
            return ItemResult(.failed, failure: .conflict, detail: Self.isMountPoint(text(item)))
        }
        return filter.own.contains(status.identity) ? .kept(Self.isOwn(text(item))) : nil
    }

    /// Something was mounted over it since the plan.
    static func isMountPoint(_ name: String) -> String { "\(name) is a mount point by now and stays; unmount it." }

    static func isOwn(_ name: String) -> String { "\(name) belongs to cleanupd itself; it stays." }

    func failure(_ item: Item, _ problem: FileTreeError, _ error: SystemError) -> ItemResult {
        // Somebody else was first.
        if error.errno == ENOENT { return ItemResult(.gone) }
        if error.errno == EISDIR { return changed(item) }
        return ItemResult(.failed, failure: FailureReason(problem), detail: problem.message)
    }

    var moved: ItemResult {
        .kept("The directory \(DisplayName.printable(block.place)) was moved since the plan; its items stay.")
    }

    private func changed(_ item: Item) -> ItemResult { .kept("\(text(item)) changed since the plan; it stays.") }

    private func inUse(_ item: Item, _ reason: String) -> ItemResult {
        ItemResult(.inUse, detail: "\(text(item)) stays: \(reason).")
    }

    func text(_ item: Item) -> String { DisplayName.printable(block.path(of: item)) }
}

extension ItemResult {
    /// Not what was planned: kept.
    static func kept(_ detail: String) -> ItemResult { ItemResult(.changed, detail: detail) }
}
