import Crypto
package import Foundation

/// Everything beneath a directory as it was at one moment: the oracle of what a run changed.
package struct Manifest: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package enum Kind: String, Sendable {
            case file, directory, link, other
        }

        package var kind: Kind
        package var mode: UInt32
        package var size: Int64
        /// Nanoseconds since the epoch.
        package var modified: Int64
        /// `st_blocks * 512`: what goes back to the file system.
        package var allocatedBytes: Int64
        /// Of a file; the target of a link stands here too, as it is.
        package var sha256: String
    }

    /// By path from the directory; bytes that are not UTF-8 are written `\xHH`.
    package private(set) var entries: [String: Entry] = [:]

    package init(of directory: URL) throws {
        try read(directory.path, prefix: "")
    }

    package subscript(_ path: String) -> Entry? { entries[path] }

    /// Paths beneath `path` and `path` itself.
    package func paths(in path: String) -> Set<String> {
        Set(entries.keys.filter { $0 == path || $0.hasPrefix(path + "/") })
    }

    /// What became of the entries: three sets of paths. A directory whose entries changed has other times and another
    /// size; that does not make it `changed`.
    package func difference(from before: Manifest) -> (removed: Set<String>, added: Set<String>, changed: Set<String>) {
        let removed = Set(before.entries.keys).subtracting(entries.keys)
        let added = Set(entries.keys).subtracting(before.entries.keys)
        let touched = Set((removed.union(added)).map { Self.parent($0) })
        let changed = entries.filter { path, entry in
            guard let old = before.entries[path] else { return false }
            guard entry.kind == .directory, touched.contains(path) else { return entry != old }
            return old.kind != .directory || entry.mode != old.mode
        }
        return (removed, added, Set(changed.keys))
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private mutating func read(_ path: String, prefix: String) throws {
        guard let stream = opendir(path) else { throw Self.failure("opendir", path) }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { Self.text(of: $0) }
            }
            if name == "." || name == ".." { continue }
            try add(path + "/" + name, as: prefix + name)
        }
    }

    private mutating func add(_ path: String, as key: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw Self.failure("lstat", path) }
        let kind: Entry.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        entries[key] = Entry(
            kind: kind,
            mode: status.st_mode & 0o7777,
            size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            allocatedBytes: Int64(status.st_blocks) * 512,
            sha256: try Self.content(of: path, kind)
        )
        if kind == .directory { try read(path, prefix: key + "/") }
    }

    private static func content(of path: String, _ kind: Entry.Kind) throws -> String {
        switch kind {
        case .file:
            let digest = SHA256.hash(data: try Data(contentsOf: URL(fileURLWithPath: path)))
            return digest.map { String(format: "%02x", $0) }.joined()
        case .link: return try FileManager.default.destinationOfSymbolicLink(atPath: path)
        case .directory, .other: return ""
        }
    }

    private static func text(of name: UnsafePointer<CChar>) -> String {
        if let text = String(validatingCString: name) { return text }
        return "\\x" + Data(bytes: name, count: strlen(name)).map { String(format: "%02X", $0) }.joined()
    }

    private static func failure(_ call: String, _ path: String) -> SupportError {
        SupportError("\(call) \(path): \(String(cString: strerror(errno)))")
    }
}
