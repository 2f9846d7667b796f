import Retention

extension Kind {
    static let glob = Kind(noun: "a glob such as \"*.log\"", forms: [.text], schema: text.schema) {
        text throws(KindError) in
        do {
            _ = try Glob(text)
        } catch {
            throw KindError.quoting("\(error)")
        }
        return .text(text)
    }

    /// A place beneath a connection's root; comes out without `.` and needless slashes.
    static let place = Kind(
        noun: "a path from the connection's root",
        forms: [.text],
        schema: ["type": "string", "minLength": 1, "not": ["pattern": "^/"]]
    ) { text throws(KindError) in
        guard !text.isEmpty else { throw KindError("is empty; leave the key out, or write . for the root") }
        guard !Paths.isAbsolute(text) else {
            throw KindError.quoting(
                "\"\(text)\" is absolute; write it from the connection's root, without the slash in front"
            )
        }
        let components = Paths.components(text)
        guard !components.contains("..") else {
            throw KindError.quoting("\"\(text)\" leads out by \"..\"; a task stays beneath its connection's root")
        }
        return .text(components.joined(separator: "/"))
    }

    /// A prefix under which others name the root.
    static let absolutePath = Kind(
        noun: "an absolute path",
        forms: [.text],
        schema: ["type": "string", "pattern": "^/|\\$\\{"]
    ) { text throws(KindError) in
        guard Paths.isAbsolute(text) else {
            throw KindError.quoting("\"\(text)\" must be an absolute path: it begins with /")
        }
        let components = Paths.components(text)
        guard !components.isEmpty, !components.contains("..") else {
            throw KindError.quoting("\"\(text)\" must name a folder, without \"..\"")
        }
        return .text("/" + components.joined(separator: "/"))
    }

    /// A host and a port to listen on.
    static let address = Kind(
        noun: "a host and a port such as 127.0.0.1:9847",
        forms: [.text],
        schema: ["type": "string", "pattern": "^(\\[[0-9A-Fa-f:.%]+\\]|[^\\[\\]:/\\s]+):[0-9]{1,5}$"]
    ) { text throws(KindError) in
        guard let colon = text.lastIndex(of: ":") else { throw KindError(addressMessage) }
        var host = text[..<colon]
        let digits = String(text[text.index(after: colon)...])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw KindError("\(addressMessage); an IPv6 address stands in brackets")
        }
        let forbidden: (Character) -> Bool = { $0 == "/" || $0 == "[" || $0 == "]" || $0.isWhitespace }
        guard !host.isEmpty, !host.contains(where: forbidden), WrittenValue.isDigits(digits), let port = Int(digits),
            port <= 65_535
        else { throw KindError(addressMessage) }
        return .address(HTTPConfiguration.Address(host: String(host), port: port))
    }

    private static let addressMessage = "must be a host and a port such as 127.0.0.1:9847 or [::1]:9847"

    /// A web origin.
    static let origin = matching(
        "https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?",
        noun: "an origin such as https://dashboard.example.org (scheme, host, port; no path)"
    )

    static let digest = matching("[0-9a-f]{64}", noun: "the SHA-256 of the token, 64 lower-case hexadecimal digits")
}
