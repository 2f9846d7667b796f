import Glibc
import Synchronization

/// Finds the other name of a path that leads over symlinks: the one under which a scan, which follows none, lists what
/// is meant. Looks at directories, and changes nothing.
final class ReferenceLinks: Sendable {
    /// Directories remembered; beyond it the memory starts anew.
    private static let capacity = 100_000

    /// The root without symlinks; as written where it is not there.
    let resolvedRoot: String
    /// Where each directory really is, from the root, by its key; `nil` = nothing to add: it is where it says, outside
    /// of the root, or not there.
    private let directories = Mutex<[[UInt8]: [ArraySlice<UInt8>]?]>([:])

    init(root: String) {
        resolvedRoot = Self.resolve(Array(root.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? root
    }

    /// Keys of the same thing; empty for what is no symlink and lies behind none.
    func otherNames(of components: [ArraySlice<UInt8>]) -> [[UInt8]] {
        guard let name = components.last else { return [] }
        let parent = Array(components.dropLast())
        var result: [[UInt8]] = []
        let real = directory(parent)
        if let real { result.append(ReferencePaths.key(real + [name])) }
        let path = path(real ?? parent) + [UInt8(ascii: "/")] + name
        if Self.isLink(path), let target = beneathRoot(path) { result.append(ReferencePaths.key(target)) }
        return result
    }

    private func directory(_ components: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>]? {
        guard !components.isEmpty else { return nil }
        let key = ReferencePaths.key(components)
        if let known = directories.withLock({ $0[key] }) { return known }
        var real = beneathRoot(path(components))
        if let found = real, ReferencePaths.key(found) == key { real = nil }
        directories.withLock { directories in
            if directories.count >= Self.capacity { directories.removeAll(keepingCapacity: true) }
            directories.updateValue(real, forKey: key)
        }
        return real
    }

    private func path(_ components: [ArraySlice<UInt8>]) -> [UInt8] {
        Array(resolvedRoot.utf8) + components.flatMap { [UInt8(ascii: "/")] + $0 }
    }

    private func beneathRoot(_ path: [UInt8]) -> [ArraySlice<UInt8>]? {
        guard let real = Self.resolve(path) else { return nil }
        let root = Array(resolvedRoot.utf8) + [UInt8(ascii: "/")]
        guard real.starts(with: root) else { return nil }
        return ReferencePaths.split(real[root.count...])
    }

    private static func isLink(_ path: [UInt8]) -> Bool {
        var status = stat()
        return withCString(path) { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// What cannot be resolved (not there, a loop, no right) cannot be listed under another name either.
    private static func resolve(_ path: [UInt8]) -> [UInt8]? {
        guard let found = withCString(path, { realpath($0, nil) }) else { return nil }
        defer { free(found) }
        return Array(UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    private static func withCString<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress.unsafelyUnwrapped) }
        }
    }
}
