import Glibc

/// Follows the configured path of a root to the directory it means, and refuses it where somebody else could redirect
/// it.
///
/// Each component is examined in its parent: whoever may write to the parent may put something else in its place. So
/// the parent must belong to root or to us, and must not be writable by others, unless it is sticky and the component
/// is root's or ours. The root itself must not be writable by everybody, unless it is sticky.
struct RootPath {
    // As the kernel's own limit of symlinks in a path.
    private static let maximumLinks = 40

    private let configured: String
    private let ownUser = geteuid()
    /// Components still to follow, the next one last.
    private var pending: [String]
    private var links = 0
    private var resolved = ""

    /// - Returns: the absolute path without symlinks.
    static func resolve(_ path: String) throws(FileTreeError) -> String {
        guard path.hasPrefix("/") else {
            throw refusal(path, "is not absolute. Write the whole path, beginning with a slash.")
        }
        guard !path.utf8.contains(0) else { throw refusal(path, "contains a zero byte. Correct the connection's url.") }
        var walk = RootPath(path)
        return try walk.follow()
    }

    /// For a root that cannot be opened or examined.
    static func unusable(_ path: String, _ error: SystemError) -> FileTreeError {
        let bytes = Array(path.utf8)
        let root = "The root \(PathText(bytes))"
        switch error.errno {
        case ENOENT:
            let message = "\(root) does not exist. Create the directory, or correct the connection's url."
            return FileTreeError(.missing, message, path: bytes, errno: error.errno)
        case ENOTDIR:
            let message = "\(root) is not a directory. Point the connection's url to a directory."
            return FileTreeError(.notDirectory, message, path: bytes, errno: error.errno)
        case ELOOP:
            let message = "\(root) leads over too many symlinks. Name the directory itself."
            return FileTreeError(.notDirectory, message, path: bytes, errno: error.errno)
        default:
            return .opening(bytes, error)
        }
    }

    private init(_ path: String) {
        configured = path
        pending = Self.components(path)
    }

    private mutating func follow() throws(FileTreeError) -> String {
        while let component = pending.popLast() {
            if component == ".." {
                resolved = Self.parent(of: resolved)
                continue
            }
            let parent = try examine(resolved.isEmpty ? "/" : resolved)
            let path = resolved + "/" + component
            let entry = try examine(path)
            try requireStable(path, entry, in: resolved.isEmpty ? "/" : resolved, parent)
            if entry.st_mode & S_IFMT == S_IFLNK {
                try enterLink(path)
            } else {
                resolved = path
            }
        }
        guard !resolved.isEmpty else {
            throw Self.refusal(configured, "is /. Point the connection's url to the directory that is to be cleaned.")
        }
        try requireRoot()
        return resolved
    }

    private func examine(_ path: String) throws(FileTreeError) -> stat {
        var result = stat()
        guard lstat(path, &result) == 0 else { throw Self.unusable(configured, SystemError(Glibc.errno)) }
        return result
    }

    private mutating func enterLink(_ path: String) throws(FileTreeError) {
        links += 1
        guard links <= Self.maximumLinks else { throw Self.unusable(configured, SystemError(ELOOP)) }
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { memory in
            memory.withMemoryRebound(to: CChar.self) { readlink(path, $0.baseAddress.unsafelyUnwrapped, $0.count) }
        }
        guard count > 0 else { throw Self.unusable(configured, SystemError(Glibc.errno)) }
        guard let target = String(validating: buffer.prefix(count), as: UTF8.self) else {
            throw Self.refusal(
                configured,
                "leads over \(PathText(path.utf8)), whose target is not UTF-8. Name the directory itself."
            )
        }
        if target.utf8.first == UInt8(ascii: "/") { resolved = "" }
        pending += Self.components(target)
    }

    private func requireStable(
        _ path: String,
        _ entry: stat,
        in parentPath: String,
        _ parent: stat
    ) throws(FileTreeError) {
        let (path, parentPath) = (PathText(path.utf8), PathText(parentPath.utf8))
        let remedy = "Another user could put something else in the place of \(path)."
        guard isTrusted(parent.st_uid) else {
            let owner = "\(parentPath) belongs to user \(parent.st_uid)"
            throw Self.refusal(
                configured,
                "is refused: \(owner). \(remedy) Run as that user, or chown root \(parentPath)."
            )
        }
        guard isWritableByOthers(parent) else { return }
        guard parent.st_mode & S_ISVTX != 0 else {
            let mode = "\(parentPath) is writable by its group or by everybody"
            throw Self.refusal(configured, "is refused: \(mode). \(remedy) Do: chmod go-w \(parentPath)")
        }
        guard isTrusted(entry.st_uid) else {
            let owner = "\(path) belongs to user \(entry.st_uid) and lies in a directory that everybody may write to"
            throw Self.refusal(configured, "is refused: \(owner). \(remedy) Run as that user, or chown root \(path).")
        }
    }

    private func requireRoot() throws(FileTreeError) {
        let root = try examine(resolved)
        guard root.st_mode & S_IFMT == S_IFDIR else { throw Self.unusable(configured, SystemError(ENOTDIR)) }
        guard root.st_mode & S_IWOTH == 0 || root.st_mode & S_ISVTX != 0 else {
            let path = PathText(resolved.utf8)
            throw Self.refusal(
                configured,
                "is refused: everybody may replace what lies in it. Do: chmod o-w \(path) (or chmod +t \(path))"
            )
        }
    }

    private func isTrusted(_ user: uid_t) -> Bool { user == 0 || user == ownUser }

    // The group's bits also stand for the mask of an access list.
    private func isWritableByOthers(_ status: stat) -> Bool {
        status.st_mode & S_IWOTH != 0 || (status.st_mode & S_IWGRP != 0 && status.st_gid != 0)
    }

    /// By bytes, as the system has it: to Swift a slash with an accent behind it is no slash.
    private static func components(_ path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }.reversed()
    }

    /// By bytes, too.
    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }

    private static func refusal(_ path: String, _ why: String) -> FileTreeError {
        FileTreeError(.unsafe, "The root \(PathText(path.utf8)) \(why)", path: Array(path.utf8))
    }
}
