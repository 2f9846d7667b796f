@testable import Clients

/// Addresses of servers, with a password that nothing may show: the first byte says of which kind.
enum URLsFuzz {
    private static let secret = "hunter2"

    static let target = FuzzTarget("urls", longest: 512) { bytes in
        var input = FuzzInput(bytes)
        let kind = input.byte()
        let (text, more) = (input.textLine(), input.textLine())
        switch kind % 4 {
        case 0: try checkRedis(text, more)
        case 1: try checkDocker(text)
        case 2: try checkS3(text, redirected: more)
        default: try checkPostgres(text, more)
        }
    }

    private static func checkRedis(_ text: String, _ more: String) throws {
        for url in [
            text, "redis://u:\(secret)\(text)", "redis-sentinel://u:\(secret)@\(text)?sentinel_password=\(secret)",
        ] {
            do {
                let settings = try RedisSettings(url: url)
                let shown = settings.description
                // The host may be called like the password, by whoever wrote it.
                let mayShow = text.contains(secret)
                try require(mayShow || !shown.contains(secret), "a password is shown: \(shown)")
                try require(settings.database >= 0, "a database has the number \(settings.database)")
            } catch let error as RedisError {
                try require(!"\(error)".contains(secret), "a refusal shows a password: \(error)")
                try require(isPlain("\(error)"), "a refusal has control characters")
            }
        }
    }

    private static func checkDocker(_ text: String) throws {
        for url in [text, "tcp://\(text)", "unix://\(text)"] {
            do {
                let settings = try DockerSettings(url: url)
                if case .tcp(_, let port, _) = settings.address {
                    try require((1...65_535).contains(port), "a port is \(port)")
                }
            } catch let error as DockerError {
                try require(isPlain("\(error)"), "a refusal has control characters")
            }
        }
    }

    private static func checkS3(_ text: String, redirected location: String) throws {
        let settings = S3Settings(bucket: "pictures", endpoint: text, style: .path)
        let address: S3Address
        do throws(S3Error) {
            address = try S3Address(name: "p", settings: settings)
        } catch {
            return try require(isPlain("\(error)"), "a refusal has control characters")
        }
        let isHost = address.authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\".utf8.contains($0) }
        try require(isHost && !address.authority.isEmpty, "requests go to \(address.authority)")
        guard let other = address.redirected(to: location, key: "a/b") else { return }
        try require(other.isEncrypted || !address.isEncrypted, "a redirect leads out of TLS")
        let isSame = other.path(key: "a/b").hasSuffix("/a/b") && other.bucket == address.bucket
        try require(isSame, "a redirect leads to another key")
    }

    private static func checkPostgres(_ text: String, _ message: String) throws {
        let url = "postgres://u:\(secret)@\(text)"
        let secrets = PostgresSecrets(url: url, options: [])
        for shown in [secrets.redact("x \(url) \(message)"), secrets.redact(unreadable: "\"\(secret)\" \(message)")]
        where !message.contains(secret) && !text.contains("@") && !text.contains(secret) {
            try require(!shown.contains(secret), "a password is shown: \(shown)")
        }
    }
}
