import CleanupConfiguration
import Clients
import Engine
import Retention
import Stores

/// Makes the files store of a task from checked configuration values.
struct FilesBuilder {
    let context: StoreContext
    /// Absolute path of the connection's root.
    let root: String
    let connection: Configuration.Connection

    func specification(_ files: TaskConfiguration.FilesSource) -> FilesSpecification {
        let policy = context.task.policy
        return FilesSpecification(
            path: files.path,
            match: files.match,
            exclude: files.exclude,
            type: .init(files.type),
            depth: files.depth,
            time: .init(files.time),
            groupBy: files.groupBy.map(PathGrouping.init),
            keepMatch: policy.keep.match,
            keepOpen: policy.keep.open,
            protect: connection.protect,
            compresses: policy.compressOlderThan != nil,
            measuresUsage: context.task.quota?.path == files.path,
            ownPaths: context.configuration.ownPaths
        )
    }

    /// Throws `StoreError` when a secret of the bucket that files are copied to cannot be read.
    func store(_ specification: FilesSpecification) throws -> any MutableStore {
        let files = FilesStore(
            rootPath: root,
            specification: specification,
            library: GzipLibrary(context.task.compressionLibrary),
            copies: try context.copies()
        )
        return context.referenced(measured(files), root: root, aliases: connection.aliases)
    }
}

extension FilesBuilder {
    /// A quota of the task's own path is measured by its scan; one of a path around it by a walk of its own.
    private func measured(_ files: FilesStore) -> any MutableStore {
        guard let quota = context.task.quota, !files.specification.measuresUsage else { return files }
        return MeasuredStore(files, measuring: StorageUse(rootPath: root, path: quota.path))
    }
}

extension TaskConfiguration.FilesSource.Kind {
    var noun: String {
        switch self {
        case .file: "files"
        case .directory: "directories"
        case .any: "files and directories"
        }
    }
}

extension FilesSpecification.Kind {
    init(_ kind: TaskConfiguration.FilesSource.Kind) {
        switch kind {
        case .file: self = .file
        case .directory: self = .directory
        case .any: self = .any
        }
    }
}

extension FilesSpecification.Time {
    init(_ time: TaskConfiguration.FilesSource.Time) {
        switch time {
        case .mtime: self = .mtime
        case .atime: self = .atime
        case .ctime: self = .ctime
        case .birth: self = .birth
        case .newest: self = .newest
        }
    }
}

extension PathGrouping {
    init(_ grouping: TaskConfiguration.FilesSource.Grouping) {
        switch grouping {
        case .directory: self = .directory
        case .component(let index): self = .component(index)
        }
    }
}

extension GzipLibrary {
    init(_ library: TaskConfiguration.CompressionLibrary) {
        switch library {
        case .zlib: self = .zlib
        case .libdeflate: self = .libdeflate
        }
    }
}
