import CLinux
import Glibc

/// Where a JSON file lies: a directory, held open, and a name in it. The file may be replaced and need not be there.
package struct JSONFilePlace: Sendable {
    /// Names of more bytes leave no room for what is put beside the file.
    static let longestName = 150

    let directory: DirectoryHandle
    let name: [UInt8]
    /// As configured; for people.
    package let path: String

    /// Opens the directory. Refuses one that another unprivileged user could point elsewhere (see `Root`).
    ///
    /// Blocking. Throws `JSONFileError`: `.missing`, `.denied`, `.unreadable`.
    /// - Parameters:
    ///   - path: absolute.
    ///   - toBeChanged: refuses a directory in which the kernel lets this process change nothing (see `Root`).
    package init(path: String, toBeChanged: Bool = false) throws(JSONFileError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex
        name = Array(path.utf8[slash...].dropFirst())
        self.path = path
        guard path.hasPrefix("/"), NameBuffer().name(name[...]) != nil, name.count <= Self.longestName else {
            throw JSONFileError(
                .denied,
                path,
                "cannot be the path of a JSON file: it must be absolute, and its name have at most "
                    + "\(Self.longestName) bytes"
            )
        }
        do throws(FileTreeError) {
            let folder = String(path.utf8[..<slash]) ?? path
            directory = try (toBeChanged ? Root.toBeChanged(folder) : Root(path: folder)).handle
        } catch {
            throw JSONFileError(folder: error, path)
        }
    }

    /// Whether what goes beneath another directory makes room for files in this one. Blocking.
    ///
    /// Throws `FileTreeError` if the other one cannot be opened.
    package func sharesRoom(with root: String) throws(FileTreeError) -> Bool {
        let root = try Root(path: root)
        do throws(SystemError) {
            return try directory.status().device == root.identity.device
        } catch {
            throw .examining(Array(path.utf8), error)
        }
    }

    /// A name in the directory; only for the call of `body`.
    func withName<Value>(_ name: [UInt8], _ body: (EntryName) throws(SystemError) -> Value) throws(SystemError) -> Value
    {
        let buffer = NameBuffer()
        guard let entry = buffer.name(name[...]) else { throw SystemError(EINVAL) }
        let value = try body(entry)
        withExtendedLifetime(buffer) {}
        return value
    }

    /// Lets what lies under two names of the directory change places.
    func exchange(_ first: [UInt8], _ second: [UInt8]) throws(SystemError) {
        try withName(first) { (first) throws(SystemError) in
            try withName(second) { (second) throws(SystemError) in
                let result = clinux_rename_exchange(directory.descriptor, first.pointer, second.pointer)
                _ = try SystemError.check(result)
            }
        }
    }

    /// What lies under a name of the directory.
    func status(of name: [UInt8]) throws(SystemError) -> FileStatus {
        try withName(name) { (entry) throws(SystemError) in try directory.status(of: entry) }
    }
}
