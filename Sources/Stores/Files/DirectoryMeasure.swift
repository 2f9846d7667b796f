import Clients
import Glibc
import Retention

/// Looks at a directory as one item: how young is the youngest thing beneath, and may it go as a whole?
///
/// Used by the scan, by the look for open files, and again before the removal. Not for two threads at once.
final class DirectoryMeasure {
    /// A directory that may go as a whole.
    struct Measured {
        let directory: DirectoryHandle
        let version: DirectoryVersion
        /// What it takes on the disk with all beneath; a file of several names is shared out among them.
        let usedBytes: Int64
        /// Something beneath has several links, so that a removal changes what is still to go.
        let hasHardLinks: Bool
        /// Set where a rule of `keep` holds it or something beneath.
        let hold: String?
    }

    /// Why a directory stays whole.
    enum Refusal: Error {
        case vanished
        case skipped(SkipReason)
        case failed(FileTreeError)
        case cancelled
    }

    /// Looks at a regular file beneath; a text is a reason to keep the directory.
    typealias FileCheck = (SubtreeWalk.Place, EntryName, FileStatus) -> String?

    private let filter: FilesFilter
    private let time: FilesSpecification.Time
    private let walk: SubtreeWalk
    private let scratch = PathScratch()

    init(filter: FilesFilter, time: FilesSpecification.Time, buffer: DirectoryBuffer) {
        self.filter = filter
        self.time = time
        walk = SubtreeWalk(buffer: buffer)
    }

    /// - Parameters:
    ///   - path: of the directory, from the root.
    ///   - locks: takes the advisory lock of each directory on the way; the item's own is held as long as its handle.
    func measure(
        _ name: EntryName,
        in parent: DirectoryHandle,
        path: [UInt8],
        locks: Bool = false,
        isCancelled: () -> Bool,
        check: FileCheck? = nil
    ) throws(Refusal) -> Measured {
        let (directory, status) = try open(name, in: parent, path)
        var sums = Sums(status)
        var refusal: Refusal?
        do throws(FileTreeError) {
            _ = try walk.walk(
                directory,
                path: path,
                entered: { (place) throws(FileTreeError) in
                    scratch.begin(place.path, source: filter.sourcePath)
                    if locks { try Self.lock(place.directory, place.path) }
                    if isCancelled() { refusal = .cancelled }
                },
                visit: { (place, name, status) throws(FileTreeError) in
                    if refusal == nil { refusal = look(at: name, status, &sums) }
                    guard refusal == nil else { return .stop }
                    if let check, status.kind == .regular, sums.hold == nil { sums.hold = check(place, name, status) }
                    return .enter
                }
            )
        } catch {
            throw Self.refusal(error)
        }
        if let refusal { throw refusal }
        return sums.measured(directory)
    }

    /// One entry beneath: counts it, or says why the whole must stay.
    private func look(at name: EntryName, _ status: FileStatus, _ sums: inout Sums) -> Refusal? {
        if status.isForeign(to: sums.top.device) { return .skipped(.mount) }
        switch status.kind {
        case .socket: return .skipped(.inUse)
        case .device, .unknown: return .skipped(.protected)
        case .regular, .directory, .symlink, .fifo: break
        }
        let path = scratch.path(name.bytes)
        if filter.isProtected(path) || filter.isExcluded(path) || OwnPaths.isTemporary(path.name)
            || filter.own.contains(status.identity)
        {
            return .skipped(.protected)
        }
        if sums.hold == nil { sums.hold = filter.holdReason(path) }
        sums.add(status, time)
        return nil
    }

    private func open(
        _ name: EntryName,
        in parent: DirectoryHandle,
        _ path: [UInt8]
    ) throws(Refusal) -> (DirectoryHandle, FileStatus) {
        do throws(SystemError) {
            guard try !parent.status(of: name).isForeign(to: parent.status().device) else { throw SystemError(EXDEV) }
            let directory = try parent.openDirectory(name)
            return (directory, try directory.status())
        } catch {
            if error.isVanished { throw .vanished }
            if error.isMount { throw .skipped(.mount) }
            throw .failed(.opening(path, error))
        }
    }

    private static func lock(_ directory: DirectoryHandle, _ path: [UInt8]) throws(FileTreeError) {
        do throws(SystemError) {
            try directory.lock()
        } catch {
            throw .locking(path, error)
        }
    }

    private static func refusal(_ error: FileTreeError) -> Refusal {
        switch error.code {
        // Something beneath went or was replaced while it was looked at: it is in use.
        case .vanished, .notDirectory: .skipped(.changed)
        case .mount: .skipped(.mount)
        case .inUse: .skipped(.inUse)
        default: .failed(error)
        }
    }

    static func join(_ parent: [UInt8], _ path: [UInt8]) -> [UInt8] {
        if parent.isEmpty { return path }
        return path.isEmpty ? parent : parent + [UInt8(ascii: "/")] + path
    }
}

/// What is added up over everything beneath a directory.
private struct Sums {
    let top: FileStatus
    var newest: Int64
    var newestChange: Int64
    var entries: UInt64 = 0
    /// What its removal gives back for sure.
    var bytes: Int64
    var usedBytes: Int64
    var hasHardLinks = false
    var hold: String?

    init(_ top: FileStatus) {
        self.top = top
        newest = top.modified
        newestChange = top.changed
        bytes = top.allocatedBytes
        usedBytes = top.allocatedBytes
    }

    mutating func add(_ status: FileStatus, _ time: FilesSpecification.Time) {
        entries += 1
        usedBytes += status.usedBytes
        newestChange = max(newestChange, status.changed)
        if status.kind == .directory {
            newest = max(newest, status.modified)
            bytes += status.allocatedBytes
        } else {
            newest = max(newest, time.nanoseconds(of: status))
            if status.links > 1 { hasHardLinks = true } else { bytes += status.allocatedBytes }
        }
    }

    func measured(_ directory: DirectoryHandle) -> DirectoryMeasure.Measured {
        DirectoryMeasure.Measured(
            directory: directory,
            version: DirectoryVersion(
                device: top.device,
                inode: top.inode,
                newest: newest,
                newestChange: newestChange,
                entries: entries,
                bytes: bytes
            ),
            usedBytes: usedBytes,
            hasHardLinks: hasHardLinks,
            hold: hold
        )
    }
}

extension DirectoryMeasure.Measured {
    /// The same with the reason that holds it.
    func held(by reason: String?) -> DirectoryMeasure.Measured {
        DirectoryMeasure.Measured(
            directory: directory,
            version: version,
            usedBytes: usedBytes,
            hasHardLinks: hasHardLinks,
            hold: reason
        )
    }
}

extension FileStatus {
    /// A file of several names is shared out among them, so that all of them together count it once.
    var usedBytes: Int64 { kind == .directory ? allocatedBytes : allocatedBytes / Int64(clamping: max(links, 1)) }
}
