/// How an engine reads SQL, as far as it decides where a piece of it ends, and which values it takes.
package struct SQLForm: Sendable {
    /// Begin a placeholder of the engine's own, which SQL of the configuration must not hold because it would take a value
    /// that is not its own.
    package var ownMarks: Set<UInt8>
    /// `$$…$$` and `E'…'` are texts, and a `$` begins a placeholder only before a digit.
    package var hasDollarQuotes: Bool
    /// Begin names as other engines quote them. Refused, for what stands in them.
    package var foreignQuotes: Set<UInt8>

    /// https://www.postgresql.org/docs/15/sql-syntax-lexical.html
    package static let postgres = SQLForm(ownMarks: ["$"], hasDollarQuotes: true, foreignQuotes: [])

    /// https://www.sqlite.org/lang_keywords.html (names in brackets and backticks), https://www.sqlite.org/lang_expr.html#varparam
    package static let sqlite = SQLForm(ownMarks: ["?", "$", "@"], hasDollarQuotes: false, foreignQuotes: ["[", "`"])

    private init(ownMarks: [Unicode.Scalar], hasDollarQuotes: Bool, foreignQuotes: [Unicode.Scalar]) {
        self.ownMarks = Set(ownMarks.map(UInt8.init(ascii:)))
        self.hasDollarQuotes = hasDollarQuotes
        self.foreignQuotes = Set(foreignQuotes.map(UInt8.init(ascii:)))
    }
}
