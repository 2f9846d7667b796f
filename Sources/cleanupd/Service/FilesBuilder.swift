import CleanupConfiguration
import Clients
import Engine
import Foundation
import Retention
import State
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

extension Configuration {
    /// What no task on files may touch: state, configuration, secrets, databases, JSON files, and the files that hold tasks
    /// back.
    var ownPaths: [String] {
        let databases = connections.values.compactMap { connection -> String? in
            if case .sqlite(let path) = connection.kind { path } else { nil }
        }
        let records = connections.values.compactMap { connection -> String? in
            if case .json(let path) = connection.kind { path } else { nil }
        }
        return (state.path.map(SQLiteStateStore.ownPaths) ?? []) + [file]
            + databases.flatMap(Self.filesOfDatabase)
            + records + tasks.compactMap(\.pace.holdFile) + secretFiles
    }

    /// A database of SQLite and what it puts beside it: beside the file itself, where the path is a symlink.
    private static func filesOfDatabase(_ path: String) -> [String] {
        Set([path, PlaceIdentity.resolve(path) ?? path]).sorted().flatMap { path in
            [path, path + "-wal", path + "-shm", path + "-journal"]
        }
    }

    /// Files that hold tokens, keys, certificates and URLs.
    private var secretFiles: [String] {
        let tokens = http.tokens.values.compactMap { token in
            if case .file(let path) = token.source { path } else { nil }
        }
        let connected = connections.values.flatMap { connection in
            switch connection.kind {
            case .postgres(let url): Self.files([url]) + Self.filesNamed(by: url)
            case .redis(let url, let ca): Self.files([url]) + [ca].compactMap(\.self)
            case .s3(let bucket): Self.files(bucket.secrets) + Self.credentialFiles(of: bucket)
            case .docker(let engine): engine.tls?.files ?? []
            default: [String]()
            }
        }
        let notified = cycles.flatMap(\.notify).flatMap { Self.files([$0.webhook] + [$0.secret].compactMap(\.self)) }
        let stored =
            if case .postgres(let url) = state.kind { Self.files([url]) + Self.filesNamed(by: url) } else { [String]() }
        let shared = if case .redis(let url) = coordination.kind { Self.files([url]) } else { [String]() }
        return tokens + connected + notified + stored + shared + [coordination.ca].compactMap(\.self)
            + (http.tls.map { [$0.certificate, $0.key] } ?? [])
    }

    private static func files(_ secrets: [Secret]) -> [String] {
        secrets.compactMap { if case .file(let path) = $0 { path } else { nil } }
    }

    /// Certificates and passwords that a URL of PostgreSQL names: libpq, "Parameter Key Words".
    private static func filesNamed(by url: Secret) -> [String] {
        guard case .text(let text) = url, let items = URLComponents(string: text.revealed)?.queryItems
        else { return [] }
        let names: Set = ["sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile"]
        return items.filter { names.contains($0.name) }.compactMap(\.value)
    }

    /// Where the keys of a bucket and its certificates lie, if not in the configuration.
    private static func credentialFiles(of bucket: S3Connection) -> [String] {
        let own = [bucket.ca].compactMap(\.self)
        if case .keys = bucket.credentials { return own }
        let environment = ProcessInfo.processInfo.environment
        return own + [environment["AWS_SHARED_CREDENTIALS_FILE"] ?? NSHomeDirectory() + "/.aws/credentials"]
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
