extension Kind {
    /// The hours of a day, `22:00-06:00`.
    static let window = Kind(
        noun: "a span of hours such as \"22:00-06:00\"",
        forms: [.text],
        schema: ["type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9] *- *[0-2][0-9]:[0-5][0-9]$"]
    ) { text throws(KindError) in
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minute(of: $0.trimmed) }
        guard ends.count == 2, let from = ends[0], let to = ends[1] else {
            throw KindError("must be a span of hours such as \"22:00-06:00\"")
        }
        guard from != to else { throw KindError("is empty: it ends when it begins; leave it out for the whole day") }
        return .window(Cycle.Window(fromMinute: from, toMinute: to))
    }

    private static func minute(of text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && WrittenValue.isDigits($0) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    /// A variable and the value that counts, `CI=true`.
    static let environment = Kind(
        noun: "a variable and its value such as \"CI=true\"",
        forms: [.text],
        schema: ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*="]
    ) { text throws(KindError) in
        guard let equals = text.firstIndex(of: "="), Substitution.isName(text[..<equals]) else {
            throw KindError("must be a variable and its value such as \"CI=true\"")
        }
        let value = String(text[text.index(after: equals)...])
        return .environment(Cycle.EnvironmentCondition(name: String(text[..<equals]), value: value))
    }
}
