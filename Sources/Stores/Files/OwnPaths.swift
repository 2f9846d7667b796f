import Clients
import Glibc

/// cleanupd's own files and folders beneath a root: never candidates, by name and, where they exist, by inode.
package struct OwnPaths: Sendable {
    /// What SQLite adds to the name of a database for the files that it puts beside it: beside the file itself, where its path
    /// is a symlink.
    package static let besideDatabases = ["-wal", "-shm", "-journal"]

    /// From the root.
    private let paths: [[UInt8]]
    private let identities: [FileIdentity]

    /// - Parameter absolute: paths of files and folders that need not exist.
    init(_ absolute: [String], root: Root) {
        var paths: [[UInt8]] = []
        var identities: [FileIdentity] = []
        let prefix = Array(root.path.utf8) + [UInt8(ascii: "/")]
        for path in absolute + absolute.flatMap(Self.resolved) {
            var status = Glibc.stat()
            if stat(path, &status) == 0 {
                identities.append(FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
            }
            for spelling in [path, Self.resolvingParent(path)] where spelling.utf8.starts(with: prefix) {
                paths.append(Array(spelling.utf8.dropFirst(prefix.count)))
            }
        }
        self.paths = paths
        self.identities = identities
    }

    /// The name of a temporary file of the compression: `.cleanupd-….part`.
    @inline(__always)
    static func isTemporary(_ name: UnsafeRawBufferPointer) -> Bool {
        // Of each entry: most are known by their first byte.
        guard !name.isEmpty, name[0] == UInt8(ascii: ".") else { return false }
        return GzipNames.isTemporary(name)
    }

    func contains(path: UnsafeRawBufferPointer) -> Bool {
        paths.contains { $0.elementsEqual(path) }
    }

    func contains(_ identity: FileIdentity) -> Bool { identities.contains(identity) }

    /// What a path leads to by now, however it is spelled, and the log of a database that it may lead to.
    private static func resolved(_ path: String) -> [String] {
        guard let real = realpath(path, nil) else { return [] }
        defer { free(real) }
        let file = String(cString: real)
        return file.utf8.elementsEqual(path.utf8) ? [] : [file] + besideDatabases.map { file + $0 }
    }

    // The file need not exist, but its folder does if the file ever did.
    private static func resolvingParent(_ path: String) -> String {
        // By bytes: to Swift a slash with an accent behind it is no slash.
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
            let parent = realpath(String(path[..<slash]), nil)
        else { return path }
        defer { free(parent) }
        return String(cString: parent) + path[slash...]
    }
}
