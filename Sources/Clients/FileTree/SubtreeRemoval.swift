import Glibc

/// Takes everything beneath one directory away, bottom-up, in one thread; stops at the first entry that may not go.
///
/// Reused; not for two threads at once.
package final class SubtreeRemoval {
    /// Checks between two entries that concern the caller.
    package struct Conditions {
        /// Whether this entry, as it is now, may go. Directories are asked about before anything in them goes.
        package var mayRemove: (SubtreeWalk.Place, FileStatus) -> Bool
        /// Whether the directory of this path from the root still lies where it should; asked once in 64 entries.
        package var isInPlace: (_ path: [UInt8], FileIdentity) -> Bool
        package var isCancelled: () -> Bool

        package init(
            mayRemove: @escaping (SubtreeWalk.Place, FileStatus) -> Bool,
            isInPlace: @escaping (_ path: [UInt8], FileIdentity) -> Bool,
            isCancelled: @escaping () -> Bool
        ) {
            self.mayRemove = mayRemove
            self.isInPlace = isInPlace
            self.isCancelled = isCancelled
        }
    }

    /// Why it ended early.
    package enum Stop: Sendable {
        case cancelled
        /// This entry (path from the root) is not what it was, or a directory was moved.
        case changed([UInt8])
        case failed(FileTreeError)
    }

    package struct Result: Sendable {
        package var removedEntries = 0
        /// Of inodes whose last link went.
        package var freedBytes: Int64 = 0
        /// `nil`: all of it went.
        package var stop: Stop?
    }

    private static let entriesBetweenChecks = 64

    private struct Interruption: Error {
        let stop: Stop

        static func stop(_ stop: Stop) -> Interruption { Interruption(stop: stop) }
    }

    private let buffer: DirectoryBuffer
    private let names = NameBuffer()
    private var pending = PendingNames()
    private var result = Result()
    private var sinceCheck = 0

    package init(buffer: DirectoryBuffer) {
        self.buffer = buffer
    }

    /// - Parameters:
    ///   - directory: just opened: it is read from where it stands. It stays itself; its entries go.
    ///   - path: of `directory` from the root.
    package func removeContents(of directory: DirectoryHandle, path: [UInt8], conditions: Conditions) -> Result {
        let top = SubtreeWalk.Place(directory: directory, top: path, pathFromTop: [])
        pending.removeAll()
        result = Result()
        sinceCheck = 0
        let before: FileStatus
        do throws(FileTreeError) {
            before = try top.status()
        } catch {
            result.stop = .failed(error)
            return result
        }
        do throws(Interruption) {
            try clear(top, conditions)
        } catch {
            result.stop = error.stop
            restore(directory, before)
        }
        return result
    }

    private func clear(_ top: SubtreeWalk.Place, _ conditions: Conditions) throws(Interruption) {
        try removeFiles(top, depth: 0, conditions)
        while let next = pending.select() {
            if next.before == nil {
                try enter(next, top, conditions)
            } else {
                try removeEmptied(next, top)
                pending.removeLast()
            }
        }
    }

    private func enter(
        _ next: PendingNames.Directory,
        _ top: SubtreeWalk.Place,
        _ conditions: Conditions
    ) throws(Interruption) {
        if conditions.isCancelled() { throw .stop(.cancelled) }
        let level = top.path.count { $0 == UInt8(ascii: "/") } + 1
        let place = try failing { () throws(FileTreeError) in
            try SubtreeWalk.Place.open(pending.path, next, beneath: top, level: level)
        }
        let status = try failing { () throws(FileTreeError) in try place.status() }
        guard conditions.mayRemove(place, status), conditions.isInPlace(place.path, status.identity) else {
            throw .stop(.changed(place.path))
        }
        pending.enter(status)
        try removeFiles(place, depth: next.depth, conditions)
    }

    /// Removes all that is no directory, and notes the directories.
    private func removeFiles(
        _ place: SubtreeWalk.Place,
        depth: Int,
        _ conditions: Conditions
    ) throws(Interruption) {
        while try failing({ () throws(FileTreeError) in try buffer.fill(from: place) }) {
            while let entry = buffer.next() {
                let name = entry.name
                let status = try failing { () throws(FileTreeError) in try place.status(of: name) }
                guard conditions.mayRemove(place, status) else { throw .stop(.changed(place.path(of: name))) }
                if status.kind == .directory {
                    pending.append(name, inode: status.inode, depth: depth + 1)
                } else {
                    try check(place, conditions)
                    try remove(name, status, in: place)
                }
            }
        }
    }

    private func check(_ place: SubtreeWalk.Place, _ conditions: Conditions) throws(Interruption) {
        sinceCheck += 1
        guard sinceCheck >= Self.entriesBetweenChecks else { return }
        sinceCheck = 0
        if conditions.isCancelled() { throw .stop(.cancelled) }
        let status = try failing { () throws(FileTreeError) in try place.status() }
        guard conditions.isInPlace(place.path, status.identity) else { throw .stop(.changed(place.path)) }
    }

    private func remove(
        _ name: EntryName,
        _ status: FileStatus,
        in place: SubtreeWalk.Place
    ) throws(Interruption) {
        do throws(SystemError) {
            try place.directory.remove(name)
        } catch {
            throw .stop(.failed(.removing(place.path(of: name), error)))
        }
        result.removedEntries += 1
        if status.links <= 1 { result.freedBytes += status.allocatedBytes }
    }

    /// Removes the last directory of `pending`, from which everything has gone.
    private func removeEmptied(_ next: PendingNames.Directory, _ top: SubtreeWalk.Place) throws(Interruption) {
        let path = top.path(ofEntry: pending.path[...])
        do throws(SystemError) {
            guard let name = names.name(pending.lastName) else { throw SystemError(EINVAL) }
            let parent = try top.directory.openDirectory(beneath: pending.parentPath)
            let status = try parent.status(of: name)
            guard status.kind == .directory, status.inode == next.inode else { throw SystemError(ESTALE) }
            try parent.removeDirectory(name)
            result.removedEntries += 1
            result.freedBytes += status.allocatedBytes
        } catch {
            throw .stop(error.errno == ESTALE ? .changed(path) : .failed(.removing(path, error)))
        }
    }

    /// Gives the directories that stay the times they had, so that what is left is still as old as it was.
    private func restore(_ top: DirectoryHandle, _ before: FileStatus) {
        for entered in pending.enteredPaths().reversed() + [(path: [], before: before)] {
            do throws(SystemError) {
                try top.openDirectory(beneath: entered.path[...]).restoreTimes(of: entered.before)
            } catch {
                // A courtesy: without it, what is left is only removed later. The stop itself is reported.
                continue
            }
        }
    }

    private func failing<Value>(_ body: () throws(FileTreeError) -> Value) throws(Interruption) -> Value {
        do throws(FileTreeError) {
            return try body()
        } catch {
            throw .stop(.failed(error))
        }
    }
}
