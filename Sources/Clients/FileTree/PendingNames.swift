/// Directories beneath one top that are still to be entered or removed, deepest last: only their names, back to back.
///
/// Since the deepest are always done first, the path of the last one is that of its parent, which is known, and its
/// name.
struct PendingNames {
    struct Directory {
        /// 1 = directly beneath the top.
        let depth: Int
        /// Of the entry when its parent was read.
        let inode: UInt64
        /// Its times before anything was taken out of it; `nil` until it has been entered.
        var before: FileStatus?
        fileprivate let start: Int
    }

    private var names: [UInt8] = []
    private var directories: [Directory] = []
    /// Path of the directory that `select` gave, from the top.
    private(set) var path: [UInt8] = []
    /// Where the component of each depth ends in `path`.
    private var ends: [Int] = [0]

    mutating func removeAll() {
        names.removeAll(keepingCapacity: true)
        directories.removeAll(keepingCapacity: true)
        path.removeAll(keepingCapacity: true)
        ends = [0]
    }

    mutating func append(_ name: EntryName, inode: UInt64, depth: Int) {
        directories.append(Directory(depth: depth, inode: inode, before: nil, start: names.count))
        names.append(contentsOf: name.bytes)
    }

    /// The last directory, with `path` set to where it lies.
    mutating func select() -> Directory? {
        guard let last = directories.last else { return nil }
        ends.removeSubrange(last.depth...)
        path.removeSubrange(ends[last.depth - 1]...)
        if !path.isEmpty { path.append(UInt8(ascii: "/")) }
        path.append(contentsOf: names[last.start...])
        ends.append(path.count)
        return last
    }

    /// The name of the last directory.
    var lastName: ArraySlice<UInt8> { names[(directories.last?.start ?? names.count)...] }

    /// The path of the last directory's parent; `select` comes first.
    var parentPath: ArraySlice<UInt8> { path[..<ends[ends.count - 2]] }

    /// Remembers that the last directory has been entered.
    mutating func enter(_ status: FileStatus) { directories[directories.count - 1].before = status }

    mutating func removeLast() {
        guard let last = directories.popLast() else { return }
        names.removeSubrange(last.start...)
    }

    /// Paths, from the top, of the directories that have been entered and not been removed, with what they were.
    func enteredPaths() -> [(path: [UInt8], before: FileStatus)] {
        var result: [(path: [UInt8], before: FileStatus)] = []
        var parents: [[UInt8]] = [[]]
        for (index, directory) in directories.enumerated() {
            guard let before = directory.before else { continue }
            let end = index + 1 < directories.count ? directories[index + 1].start : names.count
            parents.removeSubrange(directory.depth...)
            let parent = parents[directory.depth - 1]
            let path = (parent.isEmpty ? [] : parent + [UInt8(ascii: "/")]) + names[directory.start..<end]
            parents.append(path)
            result.append((path, before))
        }
        return result
    }
}
