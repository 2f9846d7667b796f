import Clients
import Retention

/// Finds what a compression left behind that ended in the middle.
struct PartSweep {
    let root: Root
    let filter: FilesFilter
    /// Only what is older.
    let instant: Instant
    private var report = SweepReport()
    /// Originals under their private names, by the path of their directory.
    private var captured: [(directory: [UInt8], name: [UInt8])] = []

    init(root: Root, filter: FilesFilter, instant: Instant) {
        self.root = root
        self.filter = filter
        self.instant = instant
    }

    mutating func run() -> SweepReport {
        let walk = SubtreeWalk(buffer: DirectoryBuffer())
        do {
            let top = try root.openDirectory(filter.sourcePath[...])
            _ = try walk.walk(
                top,
                path: filter.sourcePath,
                failed: { _ in },
                visit: { (place, name, status) throws(FileTreeError) in
                    if status.isMountRoot { return .pass }
                    if isLeftOver(name, status) { settle(name, status, in: place) }
                    return .enter
                }
            )
        } catch {
            // The scan that follows meets the same directory and reports it.
            return report
        }
        // After the walk, because their directories are read once more.
        for (directory, name) in captured { settle(name, in: directory) }
        return report
    }

    /// `.cleanupd-….part`, a regular file with one name, older than the process.
    private func isLeftOver(_ name: EntryName, _ status: FileStatus) -> Bool {
        OwnPaths.isTemporary(name.bytes) && status.kind == .regular && status.links == 1
            && max(status.modified, status.changed) < instant.nanoseconds
    }

    private mutating func settle(_ name: EntryName, _ status: FileStatus, in place: SubtreeWalk.Place) {
        if GzipNames.isCaptured(name.bytes) {
            captured.append((place.path, Array(name.bytes)))
        } else if GzipNames.isUnfinished(name.bytes) {
            if remove(name, status, in: place.directory) { report.removed += 1 } else { report.left += 1 }
        }
    }

    private func remove(_ name: EntryName, _ status: FileStatus, in directory: DirectoryHandle) -> Bool {
        do throws(SystemError) {
            // Another process may be writing it: then there is no lease to be had.
            let lease = try FileLease(name, in: directory, status: status)
            defer { withExtendedLifetime(lease) {} }
            guard lease.stands else { return false }
            try directory.remove(name)
            return true
        } catch {
            // It stays, and is tried again before the next run.
            return false
        }
    }

    /// Removes an original that a crash left, if its archive lies beside it; else brings it back to light.
    private mutating func settle(_ name: [UInt8], in path: [UInt8]) {
        let place = path.isEmpty ? "the root" : DisplayName.printable(path)
        do {
            let directory = try root.openDirectory(path[...])
            let archives = try Self.archives(in: try root.openDirectory(path[...]))
            switch try GzipCaptured.settle(directory: directory.descriptor, name: name, archives: archives) {
            case .removed:
                report.removed += 1
            case .kept(let other):
                report.warnings.append(Self.kept(name, in: place, as: other))
            }
        } catch {
            report.left += 1
            report.warnings.append("In \(place), \(DisplayName.printable(name)) stays: \(error).")
        }
    }

    static func kept(_ name: [UInt8], in place: String, as other: [UInt8]) -> String {
        "In \(place), \(DisplayName.printable(name)) was taken away to be compressed, and no archive beside it holds it; it "
            + "is kept as \(DisplayName.printable(other)): look at it."
    }

    private static func archives(in directory: DirectoryHandle) throws(SystemError) -> [[UInt8]] {
        let buffer = DirectoryBuffer()
        var names: [[UInt8]] = []
        while try buffer.fill(from: directory) {
            while let entry = buffer.next() {
                if GzipNames.isArchive(entry.name.bytes) { names.append(Array(entry.name.bytes)) }
            }
        }
        return names
    }
}
