/// Refuses keys of one kind of connection on another.
struct ConnectionKeys {
    let base: ConfigurationBuilder
    /// The connection's section.
    let section: Section
    let kind: Configuration.Connection.Kind

    func refuseThoseOfOthers() {
        for (keys, isFor, message) in Self.table {
            for key in keys where !isFor(kind) {
                if let entry = section[key] { base.problems.add(entry, message) }
            }
        }
    }

    private typealias Rule = (
        keys: [String], isFor: @Sendable (Configuration.Connection.Kind) -> Bool, message: String
    )

    private static let table: [Rule] = [
        (["protect", "aliases"], { $0.isDirectory }, "is for directories only; nothing else has paths"),
        (
            ["ca"], { $0.isRedis || $0.isS3 || $0.isDocker },
            "is for connections to Redis, S3 and Docker only; of PostgreSQL write sslrootcert=PATH into the URL"
        ),
        (
            ["certificate", "key"], { $0.isDocker },
            "is for connections to Docker only; of PostgreSQL write sslcert=PATH and sslkey=PATH into the URL"
        ),
        (
            ["endpoint", "region", "access_key", "secret_key", "session_token", "profile", "addressing"], { $0.isS3 },
            "is for connections to S3 only (s3://BUCKET)"
        ),
    ]
}

extension Configuration.Connection.Kind {
    fileprivate var isDirectory: Bool { if case .directory = self { true } else { false } }
    fileprivate var isRedis: Bool { if case .redis = self { true } else { false } }
    fileprivate var isS3: Bool { if case .s3 = self { true } else { false } }
    fileprivate var isDocker: Bool { if case .docker = self { true } else { false } }
}
