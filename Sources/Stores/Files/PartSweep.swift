import Clients
import Retention

/// Finds what a compression left behind that ended in the middle.
struct PartSweep {
    let root: Root
    let filter: FilesFilter
    /// Only what is older.
    let instant: Instant

    /// - Returns: how many were removed. What cannot be looked at is left.
    func run(isCancelled: () -> Bool) -> Int {
        let walk = SubtreeWalk(buffer: DirectoryBuffer())
        var removed = 0
        do {
            let top = try root.openDirectory(filter.sourcePath[...])
            _ = try walk.walk(
                top,
                path: filter.sourcePath,
                failed: { _ in },
                visit: { (place, name, status) throws(FileTreeError) in
                    if isCancelled() { return .stop }
                    if status.isMountRoot { return .pass }
                    if isLeftOver(name, status), remove(name, status, in: place.directory) { removed += 1 }
                    return .enter
                }
            )
        } catch {
            // The scan that follows meets the same directory and reports it.
            return removed
        }
        return removed
    }

    /// `.cleanupd-<run>-<n>.gz.part`, a regular file with one name, older than the process.
    private func isLeftOver(_ name: EntryName, _ status: FileStatus) -> Bool {
        OwnPaths.isTemporary(name.bytes) && name.bytes.suffix(8).elementsEqual(".gz.part".utf8)
            && status.kind == .regular && status.links == 1
            && max(status.modified, status.changed) < instant.nanoseconds
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
            // It stays, and is tried again at the next start.
            return false
        }
    }
}
