import CleanupConfiguration
import Console

extension ConfigurationDocument {
    init(_ configuration: Configuration) {
        self.init(
            file: configuration.file,
            connections: configuration.connections.sorted { $0.key < $1.key }.map { name, connection in
                Connection(name: name, kind: connection.kind.word, optional: connection.optional)
            }
        )
    }
}

extension Configuration.Connection.Kind {
    /// In one word.
    fileprivate var word: String {
        switch self {
        case .directory: "files"
        case .postgres: "postgres"
        case .sqlite: "sqlite"
        case .redis: "redis"
        case .s3: "s3"
        case .docker: "docker"
        case .json: "json"
        }
    }
}
