import CleanupConfiguration
import Engine
import Retention
import State
import Stores

/// Makes the files store of a task from checked configuration values.
struct FilesBuilder {
    let configuration: Configuration
    let databases: Databases
    let memory: ReferenceMemory
    let task: TaskConfiguration
    /// Absolute path of the connection's root.
    let root: String
    let connection: Configuration.Connection
    /// Somebody on a terminal takes an answer that has shrunk for right.
    let isForced: Bool

    func specification(_ files: TaskConfiguration.FilesSource) -> FilesSpecification {
        FilesSpecification(
            path: files.path,
            match: files.match,
            exclude: files.exclude,
            type: .init(files.type),
            depth: files.depth,
            time: .init(files.time),
            groupBy: files.groupBy.map(FilesSpecification.GroupBy.init),
            keepMatch: task.policy.keep.match,
            keepOpen: task.policy.keep.open,
            protect: connection.protect,
            compresses: task.policy.compressOlderThan != nil,
            measuresUsage: task.quota?.path == files.path,
            ownPaths: configuration.ownPaths
        )
    }

    func store(_ specification: FilesSpecification) -> any MutableStore {
        let files = measured(FilesStore(rootPath: root, specification: specification))
        let references = ReferenceBuilder(configuration: configuration, databases: databases, task: task)
        let lists = task.removal.listedBy.map(references.reference)
        let listed: any MutableStore =
            lists.isEmpty ? files : ListedStore(base: files, lists: lists, root: root, aliases: connection.aliases)
        guard !references.all.isEmpty || task.removal.orphan else { return listed }
        let (memory, name) = (memory, task.name)
        let store = ReferencedStore(
            base: listed,
            references: references.all,
            root: root,
            aliases: connection.aliases,
            rules: references.rules,
            lastAnswers: { try memory.baseline(of: name) },
            remember: { try memory.remember($0, of: name) },
            makeSpool: { Spool(folder: memory.spoolFolder) }
        )
        return isForced ? store.forced() : store
    }
}

extension FilesBuilder {
    /// A quota of the task's own path is measured by its scan; one of a path around it by a walk of its own.
    private func measured(_ files: FilesStore) -> any MutableStore {
        guard let quota = task.quota, !files.specification.measuresUsage else { return files }
        return MeasuredStore(files, measuring: StorageUse(rootPath: root, path: quota.path))
    }
}

extension Configuration {
    /// What no task may touch: state, configuration, secrets, databases, and the files that hold tasks back.
    var ownPaths: [String] {
        let databases = connections.values.compactMap { connection -> String? in
            if case .sqlite(let path) = connection.kind { path } else { nil }
        }
        return (state.path.map(SQLiteStateStore.ownPaths) ?? []) + [file]
            + databases.flatMap { [$0, $0 + "-wal", $0 + "-shm", $0 + "-journal"] }
            + tasks.compactMap(\.pace.holdFile) + secretFiles
    }

    /// Files that hold tokens, keys and URLs.
    fileprivate var secretFiles: [String] {
        let tokens = http.tokens.values.compactMap { token in
            if case .file(let path) = token.source { path } else { nil }
        }
        let urls = connections.values.compactMap { connection in
            switch connection.kind {
            case .postgres(.file(let path)), .redis(.file(let path), _): path
            default: nil
            }
        }
        let shared = if case .redis(.file(let path)) = coordination.kind { [path] } else { [String]() }
        return tokens + urls + shared + (http.tls.map { [$0.certificate, $0.key] } ?? [])
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

extension FilesSpecification.GroupBy {
    init(_ grouping: TaskConfiguration.FilesSource.Grouping) {
        switch grouping {
        case .directory: self = .directory
        case .component(let index): self = .component(index)
        }
    }
}
