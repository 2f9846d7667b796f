/// Where a connection or the state store lies.
enum ConnectionURL: Sendable, Equatable {
    /// As it is written after `file://`; no percent signs are decoded.
    case directory(String)
    /// As it is written after `sqlite:`.
    case sqlite(String)
    /// The whole URL.
    case postgres(Secret.Text)
    /// The whole URL.
    case redis(Secret.Text)
    /// The name of the bucket.
    case s3(String)
    case docker(DockerConnection.Address)
    /// As it is written after `json:`.
    case json(String)

    /// It asks for TLS, where that shows in its scheme.
    var isEncryptedRedis: Bool {
        if case .redis(let url) = self { url.revealed.hasPrefix("rediss") } else { false }
    }
}

extension Kind {
    static let connectionURL = url(
        [directoryScheme, sqliteScheme] + postgresSchemes + redisSchemes + [
            Scheme(prefix: "s3://", example: "s3://BUCKET", make: bucket),
            Scheme(prefix: "unix://", example: "unix:///var/run/docker.sock", make: socket),
            Scheme(prefix: "tcp://", example: "tcp://HOST:2376", make: engine),
            Scheme(prefix: "json:", example: "json:tokens.json", make: jsonFile),
        ],
        hint: "a directory is written file:///srv/data"
    )

    static let stateURL = url([sqliteScheme] + postgresSchemes, hint: "write sqlite:cleanup-state.db")

    /// The beginning of a URL.
    private struct Scheme: Sendable {
        var prefix: String
        /// How it is written, for messages.
        var example: String
        /// - Parameters: the whole URL, and what follows the prefix.
        var make: @Sendable (String, String) throws(KindError) -> ConnectionURL
    }

    private static let directoryScheme = Scheme(prefix: "file://", example: "file:///srv/data") { .directory($1) }

    private static let sqliteScheme = Scheme(prefix: "sqlite:", example: "sqlite:app.db") { .sqlite($1) }

    private static let postgresSchemes = ["postgres://", "postgresql://"].map { prefix in
        Scheme(prefix: prefix, example: "postgres://USER@HOST/DATABASE") { url, _ in .postgres(Secret.Text(url)) }
    }

    private static let redisSchemes = [
        "redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://", "redis+unix://",
    ].map { prefix in
        Scheme(prefix: prefix, example: redisExamples[prefix] ?? "redis://HOST:6379/0") { url, _ in
            .redis(Secret.Text(url))
        }
    }

    private static let redisExamples = [
        "redis-sentinel://": "redis-sentinel://HOST:26379/MASTER",
        "rediss-sentinel://": "rediss-sentinel://HOST:26379/MASTER", "redis+unix://": "redis+unix:///run/redis.sock",
    ]

    @Sendable
    private static func bucket(_: String, _ name: String) throws(KindError) -> ConnectionURL {
        guard !name.contains("/") else {
            throw KindError(
                "names more than a bucket; write s3://BUCKET, and \"prefix\" where the task says \"objects\""
            )
        }
        guard matches(name, bucketPattern) else {
            throw KindError("must be s3:// and the name of a bucket: letters, digits and . _ -, such as s3://previews")
        }
        return .s3(name)
    }

    @Sendable
    private static func socket(_: String, _ path: String) throws(KindError) -> ConnectionURL {
        guard Paths.isAbsolute(path), !Paths.components(path).isEmpty, !path.hasSuffix("/") else {
            throw KindError("must be unix:// and the absolute path of a socket, such as unix:///var/run/docker.sock")
        }
        return .docker(.unix(path: "/" + Paths.components(path).joined(separator: "/")))
    }

    @Sendable
    private static func engine(_: String, _ place: String) throws(KindError) -> ConnectionURL {
        do {
            guard case .address(let address) = try address.parse(place), address.port > 0 else { throw KindError("") }
            return .docker(.tcp(host: address.host, port: address.port))
        } catch {
            throw KindError("must be tcp:// and the host and port of an engine, such as tcp://docker.example.org:2376")
        }
    }

    @Sendable
    private static func jsonFile(_: String, _ path: String) throws(KindError) -> ConnectionURL {
        let last = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !["", ".", ".."].contains(last) else {
            throw KindError("names a directory; write the path of a file, such as json:tokens.json")
        }
        return .json(path)
    }

    /// A URL of one of a few schemes. No message quotes it: it may hold a password.
    private static func url(_ schemes: [Scheme], hint: String) -> Kind {
        let prefixes = schemes.map(\.prefix)
        let list = prefixes.dropLast().joined(separator: ", ") + " or " + (prefixes.last ?? "")
        let pattern = "^(" + prefixes.map { $0.replacing("+", with: "\\+") }.joined(separator: "|") + ")."
        return Kind(
            noun: "a URL that begins with \(list)",
            forms: [.text],
            schema: ["type": "string", "pattern": .string(pattern)],
            isSecret: true
        ) { text throws(KindError) in
            guard let scheme = schemes.first(where: { text.hasPrefix($0.prefix) }) else {
                throw KindError("must begin with \(list); \(hint)")
            }
            let rest = String(text.dropFirst(scheme.prefix.count))
            guard !rest.isEmpty else {
                throw KindError("names nothing after \(scheme.prefix); write for example \(scheme.example)")
            }
            return .url(try scheme.make(text, rest))
        }
    }

    /// `local`, or where Redis is.
    static let coordinationURL: Kind = {
        let redis = url(redisSchemes, hint: "local is written local")
        return Kind(
            noun: "\"local\" or a URL of Redis",
            forms: [.text],
            schema: ["anyOf": [["enum": ["local"]], redis.schema]],
            isSecret: true
        ) { text throws(KindError) in
            if text == "local" { return .text(text) }
            guard redisSchemes.contains(where: { text.hasPrefix($0.prefix) }) else {
                let list = redisSchemes.map(\.prefix).joined(separator: ", ")
                throw KindError("must be \"local\", or a URL that begins with one of \(list)")
            }
            return try redis.parse(text)
        }
    }()

    /// A text that no message may quote.
    static let secretText = Kind(
        noun: "a text",
        forms: [.text],
        schema: ["type": "string", "minLength": 1],
        isSecret: true
    ) { text throws(KindError) in
        guard !text.isEmpty else { throw KindError("is empty") }
        return .text(text)
    }

    /// A file of this machine, from the configuration's folder.
    static let file = text
}
