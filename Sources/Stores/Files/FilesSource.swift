package import Clients
import Glibc
package import Retention

/// Lists the files or directories beneath a root that are candidates of a task. Changes nothing.
package final class FilesSource: Sendable {
    let root: Root
    private let specification: FilesSpecification
    private let filter: FilesFilter
    private let sourceDevice: UInt64

    /// Throws `.missing` where the source's path is not there, `.denied` for what must not be cleaned.
    package init(root: Root, specification: FilesSpecification) throws(StoreError) {
        self.root = root
        self.specification = specification
        filter = try FilesFilter(specification, root: root)
        do throws(SystemError) {
            sourceDevice = try root.openDirectory(filter.sourcePath[...]).status().device
        } catch {
            throw Self.unusable(filter.sourcePath, root, error)
        }
    }

    /// Lists the candidates in blocks of one directory each.
    ///
    /// Blocking; starts `workers` - 1 threads and takes part itself, and calls `emit` from all of them. An error that
    /// `emit` throws ends the scan and is thrown; an unreadable place does not, and is in the summary.
    package func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        let isOut = filter.isOutOfBounds(directory: filter.sourcePath)
        if isOut, !specification.measuresUsage { return ScanSummary(skipped: [.protected: 1]) }
        let state = ScanState(.directory(path: filter.sourcePath, level: 0, usageOnly: isOut))
        withoutActuallyEscaping(isCancelled) { isCancelled in
            withoutActuallyEscaping(emit) { emit in
                Workers.run(workers) { _ in
                    let worker = ScanWorker(
                        root: root,
                        specification: specification,
                        filter: filter,
                        sourceDevice: sourceDevice,
                        state: state,
                        isCancelled: isCancelled,
                        emit: emit
                    )
                    worker.run()
                }
            }
        }
        return try state.result()
    }

    /// Keeps the items to remove or compress that a process has open for writing, or of which nobody can tell.
    ///
    /// Blocking. For directories, each file beneath is looked at.
    /// - Returns: how many it held.
    package func confirm(_ block: inout ItemBlock) -> Int {
        guard specification.keepOpen else { return 0 }
        let check = OpenFileCheck(root: root, filter: filter, time: specification.time)
        return check.hold(&block)
    }

    /// For a source's path that cannot be opened.
    static func unusable(_ path: [UInt8], _ root: Root, _ error: SystemError) -> StoreError {
        let name = PathText(path)
        switch error.errno {
        case ENOENT:
            return StoreError(
                .missing,
                "The path \(name) does not exist under the root \(root.path). Create it, or correct the task's path."
            )
        case ENOTDIR, ELOOP:
            return StoreError(
                .denied,
                "The path \(name) under the root \(root.path) is a symlink or not a directory. Name a directory."
            )
        case EXDEV:
            return StoreError(
                .denied,
                "The path \(name) under the root \(root.path) lies on another mount, which is never crossed. "
                    + "Make a connection of its own for it."
            )
        default:
            return StoreError(FileTreeError.opening(path, error))
        }
    }
}
