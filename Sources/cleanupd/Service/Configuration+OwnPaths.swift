import CleanupConfiguration
import Clients
import Foundation
import State
import Stores

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

    /// A database of SQLite and what it puts beside it.
    private static func filesOfDatabase(_ path: String) -> [String] {
        [path] + OwnPaths.besideDatabases.map { path + $0 }
    }

    /// Files that hold tokens, keys, certificates and URLs.
    private var secretFiles: [String] {
        let tokens = http.tokens.values.compactMap { token in
            if case .file(let path) = token.source { path } else { nil }
        }
        let connected = connections.values.flatMap { connection in
            switch connection.kind {
            case .postgres(let url): Self.files([url]) + Self.filesOfClient(url)
            case .redis(let url, let ca): Self.files([url]) + [ca].compactMap(\.self)
            case .s3(let bucket): Self.files(bucket.secrets) + Self.credentialFiles(of: bucket)
            case .docker(let engine): engine.tls?.files ?? []
            default: [String]()
            }
        }
        let notified = cycles.flatMap(\.notify).flatMap { Self.files([$0.webhook] + [$0.secret].compactMap(\.self)) }
        let stored =
            if case .postgres(let url) = state.kind { Self.files([url]) + Self.filesOfClient(url) } else { [String]() }
        let shared = if case .redis(let url) = coordination.kind { Self.files([url]) } else { [String]() }
        return tokens + connected + notified + stored + shared + [coordination.ca].compactMap(\.self)
            + (http.tls.map { [$0.certificate, $0.key] } ?? [])
    }

    private static func files(_ secrets: [Secret]) -> [String] {
        secrets.compactMap { if case .file(let path) = $0 { path } else { nil } }
    }

    /// Keys, certificates and passwords of a connection to PostgreSQL.
    private static func filesOfClient(_ url: Secret) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        return (named(by: url) + PostgresFiles.usual(environment: environment, home: NSHomeDirectory())).map(absolute)
    }

    private static func named(by url: Secret) -> [String] {
        do {
            return PostgresFiles.named(by: try SecretText.read(url, of: "a connection"))
        } catch {
            // Whoever connects by it is told.
            return []
        }
    }

    private static func absolute(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Where the keys of a bucket and its certificates lie, if not in the configuration.
    private static func credentialFiles(of bucket: S3Connection) -> [String] {
        let own = [bucket.ca].compactMap(\.self)
        if case .keys = bucket.credentials { return own }
        let environment = ProcessInfo.processInfo.environment
        return own + [environment["AWS_SHARED_CREDENTIALS_FILE"] ?? NSHomeDirectory() + "/.aws/credentials"]
    }
}
