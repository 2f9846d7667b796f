/// How to reach a Redis server, and how long to wait for it.
///
/// Nothing that shows it (`description`, `dump`) contains a password.
package struct RedisSettings: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where the server is found.
    package enum Place: Sendable, Equatable {
        case server(RedisEndpoint)
        /// Sentinels, which name the server that is the master at the moment.
        case sentinels([RedisEndpoint], master: String)
    }

    /// Where the server is found.
    package let place: Place
    /// Whether TLS is spoken, with the server's certificate and host name checked; with Sentinels, too.
    package let isEncrypted: Bool
    /// The number of the database; 0 is the usual one.
    package let database: Int
    let credentials: RedisCredentials?
    let sentinelCredentials: RedisCredentials?
    /// Certificates in PEM, one of which must have signed the server's; `nil`: those that the system trusts.
    package let caFile: String?
    /// For one attempt: connection, TLS and the first commands.
    package var connectTimeout: Duration = .seconds(5)
    /// For the answer of one Sentinel, before the next is asked.
    package var sentinelTimeout: Duration = .seconds(1)
    /// What is accepted and held.
    package var limits = RedisLimits()

    /// Reads a URL; neither the network nor the file is touched.
    ///
    /// | URL | is |
    /// |---|---|
    /// | `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]` | a server; `rediss://` with TLS; the port is 6379 |
    /// | `redis+unix://[USER:PASSWORD@]/PATH[?db=DATABASE]` | a socket |
    /// | `redis-sentinel://[USER:PASSWORD@]HOST[:PORT],…/MASTER[/DATABASE]` | Sentinels, port 26379; `rediss-sentinel://` with TLS |
    ///
    /// Special characters in user, password, path and name are written `%XX`. `:PASSWORD@` is the default user's.
    /// Options after `?`: `db`; with Sentinels `sentinel_user` and `sentinel_password`, where they want one.
    /// - Parameters:
    ///   - url: as above.
    ///   - caFile: certificates in PEM; `nil`: those that the system trusts.
    /// - Throws: `settings`, which quotes nothing of the URL.
    package init(url: String, caFile: String? = nil) throws(RedisError) {
        var parser = try RedisURLParser(url)
        let parts = try parser.parse()
        if caFile != nil, !parts.isEncrypted {
            throw .settings(message: "A CA file is given, but the Redis URL does not ask for TLS: write rediss://.")
        }
        place = parts.place
        isEncrypted = parts.isEncrypted
        database = parts.database
        credentials = parts.credentials
        sentinelCredentials = parts.sentinelCredentials
        self.caFile = caFile
    }

    /// As errors and logs name the server: addresses, without user and password.
    package var server: String {
        switch place {
        case .server(let endpoint): "\(endpoint)"
        case .sentinels(let sentinels, let master):
            "master \(master) of Sentinels \(sentinels.map(\.description).joined(separator: ", "))"
        }
    }

    /// The server, without user and password.
    package var description: String { "RedisSettings(\(server))" }
    /// As `description`.
    package var debugDescription: String { description }
    /// For `dump`, which would show the password.
    package var customMirror: Mirror { Mirror(self, children: ["server": server]) }
}
