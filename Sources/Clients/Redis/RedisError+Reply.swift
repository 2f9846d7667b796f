/// What the server says.
extension RedisError {
    /// - Parameters:
    ///   - line: the error as it was received, such as `WRONGTYPE Operation against a key …`.
    static func parts(of line: String) -> (code: String, message: String) {
        let words = line.split(separator: " ", maxSplits: 1)
        let code = words.first.map(String.init) ?? "ERR"
        return (code, words.count > 1 ? withoutArguments(String(words[1])) : "")
    }

    static func reply(code: String, message: String, command: String, server: String) -> RedisError {
        .reply(code: code, message: "\(message)\(message.isEmpty ? "" : " ")(\(command) at \(server))")
    }

    /// Redis repeats the arguments of an unknown command, and those of AUTH are a password.
    private static func withoutArguments(_ message: String) -> String {
        guard let start = message.firstRange(of: "with args beginning with")?.lowerBound else { return message }
        return message[..<start].trimmingSuffix { $0 == " " || $0 == "," }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var rest = self
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return String(rest)
    }
}
