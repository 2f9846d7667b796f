import CLibPQ
import Foundation

/// What must not be seen of a connection's URL, and the removal of it from what libpq says.
struct PostgresSecrets {
    private let values: [String]
    /// The URL cannot be cut into parts with certainty: a part of the password may pass for a host or an option.
    private let isAmbiguous: Bool

    init(url: String, options: [PostgresOption]) {
        isAmbiguous = Self.isAmbiguous(url)
        let plain = options.filter(\.isSecret).map(\.value)
        // As it stands in the URL, too: percent-encoded, or with a backslash before a quote.
        values = (plain + Self.passwords(in: url)).filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// A message of libpq or the server on one line, without passwords.
    func redact(_ message: String) -> String {
        let text = message.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        // Literally: with an accent behind it, the last letter of a password would be another one.
        return values.reduce(text) { $0.replacingOccurrences(of: $1, with: "***", options: .literal) }
    }

    /// A message of a connection that could not be made: libpq may have taken a part of the password for a host.
    func redact(connecting message: String) -> String {
        guard isAmbiguous else { return redact(message) }
        return
            "libpq cannot read the URL or cannot connect with it; its words are left out, because the URL may hold an "
            + "unescaped password: write %40 for @, %2F for /, %3A for :"
    }

    /// libpq's message about a URL that it cannot read: nothing in quotes is kept, because it may be of a password.
    func redact(unreadable message: String) -> String {
        let parts = redact(connecting: message).split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().map { $0 % 2 == 0 ? String($1) : $1 == "=" ? "\"=\"" : "…" }.joined()
    }

    /// A URI with more than one @, or with one behind the first /, most likely has a password that is not escaped.
    private static func isAmbiguous(_ url: String) -> Bool {
        guard let start = url.range(of: "://")?.upperBound, isURI(url) else { return false }
        // Scalars, as libpq reads bytes: an @ with an accent behind it is one to it, too.
        let rest = url.unicodeScalars[start...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return rest.count { $0 == "@" } > 1 || (rest.contains("@") && !authority.contains("@"))
    }

    private static func isURI(_ url: String) -> Bool {
        url.hasPrefix("postgres://") || url.hasPrefix("postgresql://")
    }

    /// The spellings that a reader would know as passwords, also in a URL that libpq refuses.
    private static func passwords(in url: String) -> [String] {
        let expressions: [Regex<(Substring, Substring)>] = [
            #/://[^:@/]*:([^@]*)@/#, #/password\s*=\s*'((?:[^'\\]|\\.)*)'/#, #/password\s*=\s*([^\s&']+)/#,
        ]
        return expressions.flatMap { expression in
            url.matches(of: expression.matchingSemantics(.unicodeScalar)).map { String($0.1) }
        }
    }
}

/// One option of a connection, as libpq has understood it.
struct PostgresOption {
    let keyword: String
    let value: String
    /// libpq marks what should not be shown.
    let isSecret: Bool

    /// Reads a list of libpq; options without a value are left out.
    static func list(_ start: UnsafePointer<PQconninfoOption>?) -> [PostgresOption] {
        guard var next = start else { return [] }
        var options: [PostgresOption] = []
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                options.append(
                    PostgresOption(
                        keyword: String(cString: keyword),
                        value: String(cString: value),
                        isSecret: next.pointee.dispchar.map { String(cString: $0) == "*" } ?? false
                    )
                )
            }
            next += 1
        }
        return options
    }
}

extension PostgresOption {
    /// The password in use, wherever it came from (a password file is not among the options).
    static func list(secret value: UnsafeMutablePointer<CChar>?) -> [PostgresOption] {
        value.map { [PostgresOption(keyword: "password", value: String(cString: $0), isSecret: true)] } ?? []
    }
}
