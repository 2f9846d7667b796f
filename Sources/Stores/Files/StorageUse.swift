import Clients
import Retention

/// Measures what everything beneath a path takes on disk, for a quota.
package struct StorageUse: Sendable, Equatable {
    /// Absolute path of the connection's root.
    package var rootPath: String
    /// From the root; empty = the root itself.
    package var path: String

    package init(rootPath: String, path: String = "") {
        self.rootPath = rootPath
        self.path = path
    }

    /// Whether it measures what lies at a path: the measured directory itself, or something beneath it. By the words of
    /// the paths, so that what is reached by another name is not taken for it.
    /// - Parameters:
    ///   - components: from the root.
    ///   - root: absolute path.
    func holds(_ components: [ArraySlice<UInt8>], beneath root: String) -> Bool {
        (Self.components(root) + components).starts(with: Self.components(rootPath) + Self.components(path))
    }

    private static func components(_ path: String) -> [ArraySlice<UInt8>] {
        Array(path.utf8).split(separator: UInt8(ascii: "/")).filter { $0 != [UInt8(ascii: ".")] }
    }

    /// Allocated bytes of all files and directories beneath, of files with several names once; other mounts are not
    /// entered. Blocking.
    ///
    /// Throws `StoreError` when the path itself cannot be opened.
    /// - Returns: `usedBytes`, and the places that could not be looked at.
    package func measure(isCancelled: () -> Bool) throws -> ScanSummary {
        let root: Root
        do throws(FileTreeError) {
            root = try Root(path: rootPath)
        } catch {
            throw StoreError(error)
        }
        let bytes = Array(path.utf8.split(separator: UInt8(ascii: "/")).joined(separator: [UInt8(ascii: "/")]))
        let top: DirectoryHandle
        let device: UInt64
        do throws(SystemError) {
            top = try root.openDirectory(bytes[...])
            device = try top.status().device
        } catch {
            throw FilesSource.unusable(bytes, root, error)
        }
        return try walk(top, bytes, device, isCancelled)
    }

    private func walk(
        _ top: DirectoryHandle,
        _ path: [UInt8],
        _ device: UInt64,
        _ isCancelled: () -> Bool
    ) throws -> ScanSummary {
        var tally = ScanTally()
        var shared: Set<FileIdentity> = []
        do throws(FileTreeError) {
            _ = try SubtreeWalk(buffer: DirectoryBuffer()).walk(
                top,
                path: path,
                failed: { error in if error.code != .vanished, error.code != .mount { tally.note(error) } },
                visit: { (_, _, status) throws(FileTreeError) in
                    if isCancelled() { return .stop }
                    if status.isForeign(to: device) { return .pass }
                    if status.kind != .directory, status.links > 1, !shared.insert(status.identity).inserted {
                        return .pass
                    }
                    tally.usedBytes += status.allocatedBytes
                    return .enter
                }
            )
        } catch {
            throw StoreError(error)
        }
        return tally.summary
    }
}
