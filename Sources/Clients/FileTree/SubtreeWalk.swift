import Glibc

/// Looks at everything beneath one directory, in one thread, parents before children.
///
/// Memory grows with the number of directories that wait, not with files. Reused; not for two threads at once.
package final class SubtreeWalk {
    /// What to do with an entry.
    package enum Step: Sendable {
        /// Go on; into it, if it is a directory.
        case enter
        /// Go on, but not into it.
        case pass
        /// End the walk.
        case stop
    }

    /// The directory in which an entry lies.
    package struct Place {
        package let directory: DirectoryHandle
        /// The path of the walk's top from the root.
        let top: [UInt8]
        /// From the top; empty = the top itself.
        let pathFromTop: [UInt8]

        /// From the root.
        package var path: [UInt8] {
            if top.isEmpty { return pathFromTop }
            return pathFromTop.isEmpty ? top : top + [UInt8(ascii: "/")] + pathFromTop
        }
    }

    private let buffer: DirectoryBuffer
    private var pending = PendingNames()

    package init(buffer: DirectoryBuffer) {
        self.buffer = buffer
    }

    /// Visits each entry beneath `top` once, with its status.
    ///
    /// - Parameters:
    ///   - top: just opened: it is read from where it stands.
    ///   - path: of `top` from its root.
    ///   - entered: called for each directory, `top` first, before its entries.
    ///   - failed: called for whatever keeps an entry from being seen; what it throws ends the walk. The default is to
    ///     throw the error, so that nobody takes a part for the whole.
    /// - Returns: whether the walk came to its end, not to `.stop`.
    package func walk(
        _ top: DirectoryHandle,
        path: [UInt8],
        failed: (FileTreeError) throws(FileTreeError) -> Void = { (error) throws(FileTreeError) in throw error },
        entered: (Place) throws(FileTreeError) -> Void = { _ in },
        visit: (Place, EntryName, FileStatus) throws(FileTreeError) -> Step
    ) throws(FileTreeError) -> Bool {
        pending.removeAll()
        let level = path.count { $0 == UInt8(ascii: "/") } + (path.isEmpty ? 0 : 1)
        let first = Place(directory: top, top: path, pathFromTop: [])
        try entered(first)
        guard try read(first, depth: 0, failed, visit) else { return false }
        while let next = pending.select() {
            pending.removeLast()
            let place: Place
            do throws(FileTreeError) {
                place = try Place.open(pending.path, next, beneath: first, level: level)
            } catch {
                try failed(error)
                continue
            }
            try entered(place)
            guard try read(place, depth: next.depth, failed, visit) else { return false }
        }
        return true
    }

    private func read(
        _ place: Place,
        depth: Int,
        _ failed: (FileTreeError) throws(FileTreeError) -> Void,
        _ visit: (Place, EntryName, FileStatus) throws(FileTreeError) -> Step
    ) throws(FileTreeError) -> Bool {
        while try fill(from: place, failed) {
            while let entry = buffer.next() {
                let status: FileStatus
                do throws(FileTreeError) {
                    status = try place.status(of: entry.name)
                } catch {
                    try failed(error)
                    continue
                }
                switch try visit(place, entry.name, status) {
                case .stop:
                    return false
                case .enter where status.kind == .directory:
                    pending.append(entry.name, inode: status.inode, depth: depth + 1)
                case .enter, .pass:
                    continue
                }
            }
        }
        return true
    }

    private func fill(
        from place: Place,
        _ failed: (FileTreeError) throws(FileTreeError) -> Void
    ) throws(FileTreeError) -> Bool {
        do throws(FileTreeError) {
            return try buffer.fill(from: place)
        } catch {
            try failed(error)
            return false
        }
    }
}

extension SubtreeWalk.Place {
    /// Opens a directory that was seen as an entry; it must still be the same.
    static func open(
        _ path: [UInt8],
        _ seen: PendingNames.Directory,
        beneath top: SubtreeWalk.Place,
        level: Int
    ) throws(FileTreeError) -> SubtreeWalk.Place {
        let place: SubtreeWalk.Place
        do throws(SystemError) {
            let directory = try top.directory.openDirectory(beneath: path[...])
            guard try directory.status().inode == seen.inode else { throw SystemError(ESTALE) }
            place = SubtreeWalk.Place(directory: directory, top: top.top, pathFromTop: path)
        } catch {
            throw .opening(top.path(ofEntry: path[...]), error)
        }
        guard level + seen.depth <= FileTree.maximumDepth else { throw .tooDeep(place.path) }
        return place
    }

    /// statx of an entry; the error names its path.
    func status(of name: EntryName) throws(FileTreeError) -> FileStatus {
        do throws(SystemError) {
            return try directory.status(of: name)
        } catch {
            throw .examining(path(of: name), error)
        }
    }

    /// statx of the directory itself; the error names its path.
    func status() throws(FileTreeError) -> FileStatus {
        do throws(SystemError) {
            return try directory.status()
        } catch {
            throw .examining(path, error)
        }
    }

    /// The path of an entry, from the root.
    package func path(of name: EntryName) -> [UInt8] { path(ofEntry: Array(name.bytes)[...]) }

    func path(ofEntry name: ArraySlice<UInt8>) -> [UInt8] {
        let path = path
        return path.isEmpty ? Array(name) : path + [UInt8(ascii: "/")] + name
    }
}

extension DirectoryBuffer {
    /// As `fill(from:)`; the error names the path.
    func fill(from place: SubtreeWalk.Place) throws(FileTreeError) -> Bool {
        do throws(SystemError) {
            return try fill(from: place.directory)
        } catch {
            throw .reading(place.path, error)
        }
    }
}
