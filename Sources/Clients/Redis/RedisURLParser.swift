/// Reads the URL of a Redis server.
///
/// Errors quote nothing of it: a part of an unescaped password may pass for a host, a port or an option.
struct RedisURLParser {
    /// What a URL says.
    struct Parts {
        let place: RedisSettings.Place
        let isEncrypted: Bool
        let credentials: RedisCredentials?
        let database: Int
        let sentinelCredentials: RedisCredentials?
    }

    private enum Kind { case tcp, socket, sentinel }

    private let kind: Kind
    private let isEncrypted: Bool
    private let credentials: RedisCredentials?
    /// Hosts, as written.
    private let hosts: Substring
    /// Without the slash before it; `nil`: there is none.
    private let path: Substring?
    private var options: [String: String] = [:]

    /// Cuts it into parts.
    init(_ url: String) throws(RedisError) {
        guard let separator = url.firstRange(of: "://") else { throw Self.unreadable("it has no ://") }
        (kind, isEncrypted) = try Self.kind(url[..<separator.lowerBound])
        let rest = url[separator.upperBound...]
        guard !rest.contains("#") else { throw Self.unreadable("it has a #, which a password must have as %23") }
        guard rest.count(where: { $0 == "@" }) <= 1 else {
            throw Self.unreadable("it has more than one @, which a password must have as %40")
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let remainder = rest[authority.endIndex...]
        guard !remainder.contains("@") else {
            throw Self.unreadable("it has a / or ? before the @, which a password must have as %2F and %3F")
        }
        if let at = authority.firstIndex(of: "@") {
            credentials = try Self.credentials(authority[..<at])
            hosts = authority[authority.index(after: at)...]
        } else {
            credentials = nil
            hosts = authority
        }
        let pathAndOptions = remainder.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = pathAndOptions.first ?? ""
        self.path = path.isEmpty ? nil : path.dropFirst()
        if pathAndOptions.count > 1 { options = try Self.options(pathAndOptions[1]) }
    }

    /// Reads the parts. To be called once.
    mutating func parse() throws(RedisError) -> Parts {
        let place: RedisSettings.Place
        var database = path
        switch kind {
        case .tcp: place = .server(try Self.endpoint(hosts, defaultPort: 6379))
        case .socket:
            guard hosts.isEmpty, let path, !path.isEmpty else {
                throw Self.unreadable("a socket is written redis+unix:///PATH")
            }
            place = .server(.unixSocket(path: "/" + (try Self.decode(path))))
            database = nil
        case .sentinel:
            let parts = (path ?? "").split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let master = parts.first, !master.isEmpty else {
                throw Self.unreadable("the master's name is missing after the Sentinels: /MASTER")
            }
            var sentinels: [RedisEndpoint] = []
            for host in hosts.split(separator: ",", omittingEmptySubsequences: false) {
                sentinels.append(try Self.endpoint(host, defaultPort: 26379))
            }
            place = .sentinels(sentinels, master: try Self.decode(master))
            database = parts.count > 1 ? parts[1] : nil
        }
        let parts = Parts(
            place: place,
            isEncrypted: isEncrypted,
            credentials: credentials,
            database: try number(of: database),
            sentinelCredentials: try sentinelCredentials()
        )
        guard options.isEmpty else {
            throw Self.unreadable("it has an option that is not known; known are db, sentinel_user, sentinel_password")
        }
        return parts
    }

    private mutating func number(of path: Substring?) throws(RedisError) -> Int {
        let option = options.removeValue(forKey: "db")
        let path = path.flatMap { $0.isEmpty ? nil : String($0) }
        guard let text = path ?? option else { return 0 }
        guard path == nil || option == nil, let number = Int32(text), number >= 0 else {
            throw Self.unreadable("the database must be one number, such as /1")
        }
        return Int(number)
    }

    private mutating func sentinelCredentials() throws(RedisError) -> RedisCredentials? {
        guard kind == .sentinel else { return nil }
        let user = options.removeValue(forKey: "sentinel_user")
        let password = options.removeValue(forKey: "sentinel_password")
        guard let password else {
            if user != nil { throw Self.unreadable("sentinel_user needs a sentinel_password") }
            return nil
        }
        return RedisCredentials(user: user, password: password)
    }

    // MARK: Pieces

    private static func kind(_ scheme: Substring) throws(RedisError) -> (Kind, isEncrypted: Bool) {
        switch scheme.lowercased() {
        case "redis": (.tcp, false)
        case "rediss": (.tcp, true)
        case "unix", "redis+unix": (.socket, false)
        case "redis-sentinel": (.sentinel, false)
        case "rediss-sentinel": (.sentinel, true)
        default:
            throw unreadable(
                "it does not begin with redis://, rediss://, redis+unix://, redis-sentinel:// or rediss-sentinel://"
            )
        }
    }

    /// `USER:PASSWORD`, `:PASSWORD`, or nothing.
    private static func credentials(_ text: Substring) throws(RedisError) -> RedisCredentials? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let user = try decode(parts[0])
        guard parts.count > 1 else {
            if user.isEmpty { return nil }
            throw unreadable("it has a user without a password; a password alone is written :PASSWORD@")
        }
        let password = try decode(parts[1])
        if user.isEmpty, password.isEmpty { return nil }
        return RedisCredentials(user: user.isEmpty ? nil : user, password: password)
    }

    private static func endpoint(_ text: Substring, defaultPort: Int) throws(RedisError) -> RedisEndpoint {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw unreadable("an address has no ]") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw unreadable("something stands between ] and the port") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        let allowed = host.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                    || ".-_:".unicodeScalars.contains($0))
        }
        guard !host.isEmpty, allowed else { throw unreadable("a host is missing or not one") }
        guard let port else { return .tcp(host: String(host), port: defaultPort) }
        guard let number = UInt16(port), number > 0 else { throw unreadable("a port is not a number from 1 to 65535") }
        return .tcp(host: String(host), port: Int(number))
    }

    private static func options(_ text: Substring) throws(RedisError) -> [String: String] {
        var options: [String: String] = [:]
        for option in text.split(separator: "&") {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options[try decode(parts[0])] = parts.count > 1 ? try decode(parts[1]) : ""
        }
        return options
    }

    /// `%XX` into bytes, which must be UTF-8 then, and without a zero, at which C would cut it.
    private static func decode(_ text: Substring) throws(RedisError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0
            else { throw unreadable("a % must be followed by two hexadecimal digits: write %25 for it") }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw unreadable("what its %XX stand for is not UTF-8")
        }
        return decoded
    }

    private static func unreadable(_ why: String) -> RedisError {
        .settings(
            message:
                "The Redis URL cannot be read: \(why). Write redis://USER:PASSWORD@HOST:PORT/DATABASE with %XX for "
                + "special characters."
        )
    }
}
