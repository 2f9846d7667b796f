package import Foundation

/// A folder of one test, removed with this object; for tests that do not wait (others: `withTemporaryDirectory`).
///
/// The object must outlive what works in the folder: hold it in the suite, or end with `withExtendedLifetime`.
package final class TemporaryFolder: Sendable {
    /// Absolute, without symbolic links and without a slash at the end.
    package let path: String

    package init() throws {
        var template = Array("/tmp/cleanupd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SupportError("mkdtemp: \(String(cString: strerror(errno)))") }
        path = String(cString: made)
    }

    deinit {
        // Only what lies in this folder, which mkdtemp made; links are removed, not followed.
        Self.empty(path)
        rmdir(path)
    }

    package var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    package func file(_ name: String) -> String { path + "/" + name }

    /// A copy of all files, as another machine would find them if this one lost its power after the last write.
    package func copyOfFiles() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in Self.entries(path) {
            try FileManager.default.copyItem(atPath: file(name), toPath: copy.file(name))
        }
        return copy
    }

    /// The permissions of whatever lies at `path`; 0 if nothing does.
    package static func mode(_ path: String) -> UInt32 {
        var info = stat()
        return lstat(path, &info) == 0 ? info.st_mode & 0o7777 : 0
    }

    private static func empty(_ folder: String) {
        for name in entries(folder) {
            let entry = folder + "/" + name
            var info = stat()
            guard lstat(entry, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
                unlink(entry)
                continue
            }
            empty(entry)
            rmdir(entry)
        }
    }

    private static func entries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
