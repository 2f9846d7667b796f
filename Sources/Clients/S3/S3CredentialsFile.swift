/// The text of a shared credentials file: `[profile]`, then lines of `name = value`
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
struct S3CredentialsFile: Sendable {
    /// The values of each profile, names in small letters; empty values are left out.
    private(set) var profiles: [String: [String: String]] = [:]

    init(_ text: String) {
        var profile: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let words = Self.trimmed(line)
            if words.isEmpty || words.hasPrefix("#") || words.hasPrefix(";") { continue }
            if words.hasPrefix("[") {
                // Without its bracket it is no profile, and what follows belongs to none.
                profile = words.firstIndex(of: "]").map {
                    Self.trimmed(words[words.index(after: words.startIndex)..<$0])
                }
                if let profile, profiles[profile] == nil { profiles[profile] = [:] }
                continue
            }
            // What is indented belongs to a nested setting, which credentials have none of.
            guard let profile, line.first?.isWhitespace == false, let equals = words.firstIndex(of: "=") else {
                continue
            }
            let value = Self.trimmed(words[words.index(after: equals)...])
            guard !value.isEmpty else { continue }
            profiles[profile]?[Self.trimmed(words[..<equals]).lowercased()] = value
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
