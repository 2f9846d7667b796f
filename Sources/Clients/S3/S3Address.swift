/// Where requests go: scheme, host and port, and how the bucket is named there.
struct S3Address: Sendable, Equatable {
    let isEncrypted: Bool
    /// With the port where it is not the scheme's own: as the Host header says it, and as it is signed.
    let authority: String
    let bucket: String
    /// `host`: `authority` begins with the bucket.
    let style: S3AddressStyle
    /// The same for the system.
    let origin: S3Origin

    /// The bucket of the settings.
    /// - Parameter name: the connection's, with which every error begins.
    /// - Throws: `.settings`; nothing of the endpoint is quoted, which might hold a password.
    init(name: String, settings: S3Settings) throws(S3Error) {
        guard Self.isBucketName(settings.bucket) else {
            throw .settings(name, "\"\(settings.bucket)\" is no name of a bucket; use letters, digits, - . and _")
        }
        guard !settings.region.isEmpty, settings.region.utf8.allSatisfy(Self.isNameByte) else {
            throw .settings(name, "the region is none; use letters, digits and -, such as us-east-1")
        }
        let endpoint = settings.endpoint ?? "https://s3.\(settings.region).amazonaws.com"
        guard let (isEncrypted, authority) = Self.parts(endpoint) else {
            throw .settings(
                name,
                "the endpoint is no address; write http:// or https://, a host, and a port if it needs one, no path, "
                    + "no user and no password"
            )
        }
        self.isEncrypted = isEncrypted
        bucket = settings.bucket
        style = settings.style
        self.authority = settings.style == .host ? "\(settings.bucket).\(authority)" : authority
        origin = S3Origin(isEncrypted: isEncrypted, authority: self.authority)
    }

    /// Where a redirect leads.
    /// - Parameters:
    ///   - location: its Location header: an absolute address.
    ///   - key: that of the request; `nil`: the bucket itself.
    /// - Returns: `nil` if it leads to anything but the same bucket and key, or from TLS to none.
    func redirected(to location: String, key: String?) -> S3Address? {
        let beginning = location.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard beginning.count == 3 else { return nil }
        let end = beginning[2].firstIndex { $0 == "/" || $0 == "?" } ?? beginning[2].endIndex
        guard let (isEncrypted, authority) = Self.parts("\(beginning[0])//\(beginning[2][..<end])") else { return nil }
        guard isEncrypted || !self.isEncrypted else { return nil }
        let path = beginning[2][end...].prefix { $0 != "?" }
        for style in [S3AddressStyle.host, .path] where style == .path || authority.hasPrefix(bucket + ".") {
            let address = S3Address(isEncrypted: isEncrypted, authority: authority, bucket: bucket, style: style)
            // The server may encode in its own way, so what is meant is compared.
            let meant = Self.decoded(path.isEmpty ? "/" : String(path))
            if meant != nil, meant == Self.decoded(address.path(key: key)) { return address }
        }
        return nil
    }

    /// Of AWS: the same bucket in another region.
    /// - Returns: `nil` for other servers.
    func moved(from region: String, to other: String) -> S3Address? {
        guard authority.hasSuffix("s3.\(region).amazonaws.com") else { return nil }
        let host = authority.dropLast("\(region).amazonaws.com".count) + "\(other).amazonaws.com"
        return S3Address(isEncrypted: isEncrypted, authority: String(host), bucket: bucket, style: style)
    }

    /// The path of the bucket or of a key in it, percent-encoded.
    func path(key: String?) -> String {
        let beginning = style == .path ? "/\(S3Encoding.encode(bucket))" : ""
        guard let key else { return beginning.isEmpty ? "/" : beginning }
        return "\(beginning)/\(S3Encoding.encode(key, keepingSlashes: true))"
    }

    /// For people.
    var server: String {
        style == .path ? "\(authority)/\(bucket)" : authority
    }

    private init(isEncrypted: Bool, authority: String, bucket: String, style: S3AddressStyle) {
        self.isEncrypted = isEncrypted
        self.authority = authority
        self.bucket = bucket
        self.style = style
        origin = S3Origin(isEncrypted: isEncrypted, authority: authority)
    }

    /// The bytes that a path means; a space is `%20` there, and `+` is itself.
    private static func decoded(_ path: String) -> [UInt8]? {
        S3Encoding.decode(path.replacing("+", with: "%2B")).map { Array($0.utf8) }
    }

    private static func parts(_ endpoint: String) -> (isEncrypted: Bool, authority: String)? {
        let isEncrypted = endpoint.hasPrefix("https://")
        guard isEncrypted || endpoint.hasPrefix("http://") else { return nil }
        var authority = endpoint.dropFirst(isEncrypted ? 8 : 7)
        if authority.hasSuffix("/") { authority.removeLast() }
        guard let (host, port) = hostAndPort(authority), !host.isEmpty else { return nil }
        // As HTTP clients leave out a port that goes without saying, it must not be signed either.
        let isUsual = port == nil || port == (isEncrypted ? 443 : 80)
        return (isEncrypted, isUsual ? String(host) : "\(host):\(port ?? 0)")
    }

    private static func hostAndPort(_ authority: Substring) -> (host: Substring, port: Int?)? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[...end]
            guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                return nil
            }
            return port(authority[authority.index(after: end)...], of: host)
        }
        let host = authority.prefix { $0 != ":" }
        guard host.utf8.allSatisfy(isNameByte) else { return nil }
        return port(authority[host.endIndex...], of: host)
    }

    private static func port(_ text: Substring, of host: Substring) -> (host: Substring, port: Int?)? {
        guard !text.isEmpty else { return (host, nil) }
        guard text.hasPrefix(":"), let port = Int(text.dropFirst()), (1...65_535).contains(port) else { return nil }
        return (host, port)
    }

    /// AWS' rules, and what older buckets and other servers have.
    private static func isBucketName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && name != "." && name != ".." && name.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
