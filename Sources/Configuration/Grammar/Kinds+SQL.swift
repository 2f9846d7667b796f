extension Kind {
    /// A condition or an expression that becomes a part of a statement.
    static let condition = sql("an SQL condition") { text throws(KindError) in
        guard text.semicolons == 0 else {
            throw KindError("holds a \";\"; it becomes a part of a statement, and is none of its own")
        }
    }

    /// One statement that only reads, and has no parameters.
    static let query = sql("an SQL query") { text throws(KindError) in
        try requireReading(text)
        if let name = text.parameters.first {
            let places = "in \"where\" and in queries of references only"
            throw KindError("\":\(name)\" has no value here: parameters are bound \(places)")
        }
    }

    /// One statement that only reads; `ParameterChecks` says which parameters it may have.
    static let dated = sql("an SQL query") { text throws(KindError) in try requireReading(text) }

    private static func requireReading(_ text: SQLText) throws(KindError) {
        guard text.semicolons == 0 || (text.semicolons == 1 && text.endsWithSemicolon) else {
            throw KindError("holds more than one statement; keep one (a \";\" may stand at its end only)")
        }
        guard readingWords.contains(text.firstWord) else {
            throw KindError("must begin with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN: it may only read")
        }
    }

    private static let readingWords: Set<String> = ["select", "with", "values", "table", "show", "explain"]

    /// A column, as it is called in the database.
    static let column = Kind(
        noun: "the name of a column",
        forms: [.text],
        schema: ["type": "string", "pattern": .string(namePattern)]
    ) { text throws(KindError) in
        guard matches(text, namePattern) else {
            throw KindError("must be the name of a column, as it is called in the database, without quotes around it")
        }
        return .text(text)
    }

    /// A table, `NAME` or `SCHEMA.NAME`.
    static let table = Kind(
        noun: "the name of a table",
        forms: [.text],
        schema: ["type": "string", "pattern": .string(namePattern)]
    ) { text throws(KindError) in
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard matches(text, namePattern), parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw KindError("must be the name of a table, NAME or SCHEMA.NAME, without quotes around it")
        }
        return .text(text)
    }

    private static let namePattern = "^[^\\x00-\\x1f\\x7f\"'`;]{1,128}$"

    /// What `params` may be called.
    static let parameter = Kind(
        noun: "a name of letters, digits and _",
        forms: [.text],
        schema: [
            "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,62}$",
            "not": ["enum": .array(bound.map(JSON.string))],
        ]
    ) { text throws(KindError) in
        guard text.utf8.count <= 63, Substitution.isName(text[...]) else {
            throw KindError("must be a name of letters, digits and _ that begins with a letter (at most 63)")
        }
        guard !bound.contains(text) else { throw KindError("is taken: cleanupd itself binds :\(text)") }
        return .text(text)
    }

    /// What conditions and queries of references see without `params`.
    static let instants = ["now", "cutoff", "grace_cutoff"]

    private static let bound = instants + ["value", "min", "max"]

    private static func sql(
        _ noun: String,
        check: @escaping @Sendable (SQLText) throws(KindError) -> Void
    ) -> Kind {
        Kind(
            noun: noun,
            forms: [.text],
            schema: ["type": "string", "pattern": "\\S", "not": ["pattern": "\\$\\{"]],
            isReplaced: false
        ) { text throws(KindError) in
            guard text.contains(where: { !$0.isWhitespace }) else { throw KindError("is empty") }
            let sql = SQLText(text)
            if let flaw = sql.flaw { throw KindError(flaw.message) }
            try check(sql)
            return .text(text)
        }
    }
}
