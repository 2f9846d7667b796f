import CleanupConfiguration
import Clients
import Foundation
import Stores

/// What a connection is open as.
enum ConnectionHandle {
    case rows(any RowsBackend)
    case keys(KeysServer)
    case objects(ObjectsServer)
    case containers(ContainersServer)
}

/// Opens connections. Nothing is connected before somebody asks.
enum ConnectionHandles {
    /// What the secrets of a connection are at this moment. Throws `StoreError` when a file cannot be read.
    static func secrets(of name: String, _ kind: Configuration.Connection.Kind) throws -> [Secret.Text] {
        let secrets: [Secret] =
            switch kind {
            case .postgres(let url), .redis(let url, ca: _): [url]
            case .s3(let bucket): bucket.secrets
            case .directory, .sqlite, .docker, .json: []
            }
        return try secrets.map { Secret.Text(try SecretText.read($0, of: "connection \(name)")) }
    }

    /// - Parameter secrets: what `secrets(of:_:)` gave. Throws `StoreError` for what cannot be opened at all.
    static func make(
        _ name: String,
        _ kind: Configuration.Connection.Kind,
        _ secrets: [Secret.Text]
    ) throws -> ConnectionHandle {
        switch kind {
        case .postgres:
            let settings = PostgresSettings(url: secrets[0].revealed)
            let server = PostgresServer(name: name, settings: settings, now: { ContinuousClock.now })
            return .rows(PostgresRowsBackend(server))
        case .sqlite(let path): return .rows(SQLiteBackend(path: path))
        case .directory, .json: throw StoreError(.unreadable, "Connection \(name) is neither a database nor a server.")
        case .redis(_, let ca):
            do {
                return .keys(KeysServer(name: name, settings: try RedisSettings(url: secrets[0].revealed, caFile: ca)))
            } catch {
                throw StoreError(.unreadable, "Connection \(name): \(error)")
            }
        case .s3(let bucket): return .objects(ObjectsServer(name: name, settings: settings(bucket, secrets)))
        case .docker(let engine): return .containers(try containers(name, engine))
        }
    }

    private static func settings(_ bucket: S3Connection, _ secrets: [Secret.Text]) -> S3Settings {
        let source: S3CredentialSource =
            switch bucket.credentials {
            case .keys:
                .fixed(
                    S3Credentials(
                        accessKey: secrets[0].revealed,
                        secretKey: secrets[1].revealed,
                        sessionToken: secrets.count > 2 ? secrets[2].revealed : nil
                    )
                )
            case .profile(let profile): .profile(profile)
            case .environment: .environment
            }
        return S3Settings(
            bucket: bucket.bucket,
            endpoint: bucket.endpoint,
            region: bucket.region,
            style: bucket.addressing == .host ? .host : .path,
            credentials: source,
            caFile: bucket.ca,
            environment: ProcessInfo.processInfo.environment
        )
    }

    private static func containers(_ name: String, _ engine: DockerConnection) throws -> ContainersServer {
        do {
            let settings = try DockerSettings(
                url: engine.url,
                caFile: engine.tls?.ca,
                certificate: engine.tls?.certificate,
                key: engine.tls?.key
            )
            return ContainersServer(name: name, settings: settings)
        } catch {
            throw StoreError(.unreadable, "Connection \(name): \(error.message)")
        }
    }
}
