import CLinux
import Glibc

/// The directory beneath which everything of a connection lies; opened once, and nothing outside of it is ever touched.
package final class Root: Sendable {
    /// Absolute path without symlinks, as it was when the root was opened.
    package let path: String
    package let handle: DirectoryHandle
    package let identity: FileIdentity

    /// Opens the root.
    ///
    /// Refuses what is not safe to delete in: `/`, and any path that another unprivileged user could point elsewhere
    /// (see `RootPath`). Throws an error that names the path and what to do.
    package init(path: String) throws(FileTreeError) {
        let resolved = try RootPath.resolve(path)
        let bytes = Array(resolved.utf8)
        let descriptor = clinux_open_root(resolved)
        guard descriptor >= 0 else { throw RootPath.unusable(path, SystemError(-descriptor)) }
        handle = DirectoryHandle(owning: descriptor)
        do throws(SystemError) {
            identity = try handle.status().identity
        } catch {
            throw .examining(bytes, error)
        }
        self.path = resolved
    }

    /// The same, so that something may be removed or compressed beneath it: refuses also what came to lie under the path
    /// after this process was contained, and where the kernel therefore lets it change nothing.
    package static func toBeChanged(_ path: String) throws(FileTreeError) -> Root {
        let root = try Root(path: path)
        guard let why = Containment.current.refusal(at: path, found: PlaceIdentity(path: path)) else { return root }
        throw FileTreeError(.permission, "The root \(why)", path: Array(path.utf8))
    }

    /// Opens a directory beneath the root by its path from the root (empty = the root itself), to be read.
    package func openDirectory(_ path: ArraySlice<UInt8>) throws(SystemError) -> DirectoryHandle {
        try handle.openDirectory(beneath: path)
    }
}
