package import Glibc

/// Everything beneath a directory at one moment, by raw path: the oracle of what an operation changed.
package struct TreeSnapshot: Sendable, Equatable {
    package struct Entry: Sendable, Hashable {
        package var mode: UInt32
        package var inode: UInt64
        package var links: UInt64
        package var size: Int64
        /// Nanoseconds since the epoch.
        package var modified: Int64
        /// FNV-1a of a file's bytes or of a link's target.
        package var hash: UInt64
    }

    package private(set) var entries: [[UInt8]: Entry] = [:]

    package init(of directory: String) throws {
        try read(Array(directory.utf8), prefix: [])
    }

    /// Paths that are in `before` and not here, as text.
    package func removed(since before: TreeSnapshot) -> Set<String> {
        Set(before.entries.keys.filter { entries[$0] == nil }.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Paths that are new, or that have another inode, mode, size, time or content; directories only by inode and mode,
    /// since their times follow their entries.
    package func altered(since before: TreeSnapshot) -> Set<String> {
        let paths = entries.filter { path, entry in
            guard let old = before.entries[path] else { return true }
            let isDirectory = entry.mode & UInt32(S_IFMT) == UInt32(S_IFDIR)
            // A link less elsewhere is seen there.
            return isDirectory
                ? old.inode != entry.inode || old.mode != entry.mode
                : (old.inode, old.mode, old.size, old.modified, old.hash)
                    != (entry.inode, entry.mode, entry.size, entry.modified, entry.hash)
        }
        return Set(paths.keys.map { String(decoding: $0, as: UTF8.self) })
    }

    private mutating func read(_ path: [UInt8], prefix: [UInt8]) throws {
        guard let stream = opendir(Self.terminated(path)) else { throw Self.failure("opendir", path) }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == Array(".".utf8) || name == Array("..".utf8) { continue }
            try add(path + [UInt8(ascii: "/")] + name, as: prefix + name)
        }
    }

    private mutating func add(_ path: [UInt8], as key: [UInt8]) throws {
        var status = stat()
        guard lstat(Self.terminated(path), &status) == 0 else { throw Self.failure("lstat", path) }
        let kind = status.st_mode & S_IFMT
        entries[key] = Entry(
            mode: status.st_mode,
            inode: UInt64(status.st_ino),
            links: UInt64(status.st_nlink),
            size: kind == S_IFDIR ? 0 : Int64(status.st_size),
            modified: kind == S_IFDIR
                ? 0 : Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            hash: try Self.hash(path, kind)
        )
        if kind == S_IFDIR { try read(path, prefix: key + [UInt8(ascii: "/")]) }
    }

    private static func hash(_ path: [UInt8], _ kind: mode_t) throws -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 4096)
        switch kind {
        case S_IFLNK:
            let count = bytes.withUnsafeMutableBytes { memory in
                memory.withMemoryRebound(to: CChar.self) { readlink(terminated(path), $0.baseAddress!, $0.count) }
            }
            guard count >= 0 else { throw failure("readlink", path) }
            return fold(bytes.prefix(count), into: start)
        case S_IFREG:
            let descriptor = open(terminated(path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure("open", path) }
            defer { close(descriptor) }
            var result = start
            while true {
                let count = Glibc.read(descriptor, &bytes, bytes.count)
                guard count >= 0 else { throw failure("read", path) }
                if count == 0 { return result }
                result = fold(bytes.prefix(count), into: result)
            }
        default:
            return 0
        }
    }

    private static let start: UInt64 = 0xcbf2_9ce4_8422_2325

    private static func fold(_ bytes: some Sequence<UInt8>, into hash: UInt64) -> UInt64 {
        bytes.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func terminated(_ path: [UInt8]) -> [CChar] { path.map { CChar(bitPattern: $0) } + [0] }

    private static func failure(_ call: String, _ path: [UInt8]) -> SupportError {
        World.failure(call, String(decoding: path, as: UTF8.self))
    }
}

extension TreeSnapshot.Entry {
    /// An entry as `lstat` tells it, without its content.
    package init(_ status: stat) {
        self.init(
            mode: status.st_mode,
            inode: UInt64(status.st_ino),
            links: UInt64(status.st_nlink),
            size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            hash: 0
        )
    }
}
