import Retention

/// SQL out of the configuration: finds its `:names`, and refuses what would reach beyond its place in a statement.
///
/// Knows strings, `E''` strings, quoted identifiers, dollar quotes, comments and casts with `::`; what lies within those is
/// left as it is. Byte by byte, as the databases read it: to Swift a quote with an accent behind it is one character that is
/// no quote. What engines read differently is refused, or read as the engine does: see `SQLForm`.
struct RowsSQL {
    private let bytes: [UInt8]
    private let form: SQLForm
    /// For errors: `where`, `filters.user_ids`.
    private let place: String
    private var index = 0
    /// Behind the last dollar quote: its `$` belongs to no word.
    private var quoteEnd = 0
    private var result: [UInt8] = []
    private var depth = 0

    private init(_ sql: String, place: String, form: SQLForm) {
        bytes = Array(sql.utf8)
        self.place = place
        self.form = form
    }

    /// The text with each `:name` replaced by its placeholder.
    ///
    /// Throws `StoreError` (`.denied`): a name that is not known, a placeholder of the engine's own, a semicolon that
    /// does not end the text, a parenthesis, a quote or a comment without its other half, a comment within a comment, a
    /// name in quotes of other engines.
    /// - Parameter placeholder: of a name; `nil` = there is no such name.
    static func replacingNames(
        in sql: String,
        place: String,
        form: SQLForm,
        placeholder: (String) throws -> String?
    ) throws -> String {
        var reader = RowsSQL(sql, place: place, form: form)
        return try reader.read(placeholder)
    }

    private mutating func read(_ placeholder: (String) throws -> String?) throws -> String {
        while index < bytes.count {
            switch Unicode.Scalar(bytes[index]) {
            case "'": try copyQuoted(by: "'", backslashes: isEscapeString)
            case "\"": try copyQuoted(by: "\"", backslashes: false)
            case "-" where next == "-": try copyLine()
            case "/" where next == "*": try copyComment()
            case "$" where form.hasDollarQuotes && !isWithinWord:
                if let tag = dollarTag { try copyDollarQuoted(tag) } else { try copyMark() }
            case ":" where next == ":": copy(2)
            case ":" where !isWithinWord && isStart(index + 1): try replace(placeholder)
            case ";": try endStatement()
            case "(", ")": try copyParenthesis()
            default: try copyMark()
            }
        }
        guard depth == 0 else { throw refusal("a ( without its )") }
        return String(decoding: result, as: UTF8.self)
    }

    private var next: Unicode.Scalar? { index + 1 < bytes.count ? Unicode.Scalar(bytes[index + 1]) : nil }

    /// The byte before belongs to a word, so that `$` and `:` here do not begin anything (`a$b`, `x[lo:hi]`).
    private var isWithinWord: Bool { index > quoteEnd && isPart(index - 1) }

    /// A lone E before the quote.
    private var isEscapeString: Bool {
        guard form.hasDollarQuotes, index > quoteEnd, bytes[index - 1] | 0x20 == UInt8(ascii: "e") else { return false }
        return index - 1 == quoteEnd || !isPart(index - 2)
    }

    /// What begins a word: letters, `_`, and every byte of other scripts, whatever stands for a blank there.
    private func isStart(_ index: Int) -> Bool { isPart(index) && !isDigit(index) && bytes[index] != UInt8(ascii: "$") }

    private func isPart(_ index: Int) -> Bool {
        guard index < bytes.count else { return false }
        switch bytes[index] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "$"), 0x80...:
            return true
        default: return isDigit(index)
        }
    }

    private func isDigit(_ index: Int) -> Bool {
        index < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
    }

    private mutating func copy(_ count: Int) {
        result += bytes[index..<min(index + count, bytes.count)]
        index += count
    }

    private mutating func copyMark() throws {
        let byte = bytes[index]
        let mark = Unicode.Scalar(byte)
        guard !form.foreignQuotes.contains(byte) else {
            throw refusal("\(mark), which begins a name in the quotes of other engines; write names in double quotes")
        }
        guard !form.ownMarks.contains(byte) || isWithinWord else {
            throw refusal("\(mark), which stands for a value that is not its own; write a name of params, as :name")
        }
        copy(1)
    }

    private mutating func copyQuoted(by quote: Unicode.Scalar, backslashes: Bool) throws {
        copy(1)
        while index < bytes.count {
            if backslashes, bytes[index] == UInt8(ascii: "\\") {
                copy(2)
            } else if bytes[index] == UInt8(ascii: quote) {
                copy(1)
                // A doubled quote is one within, and begins here as the next part.
                guard index < bytes.count, bytes[index] == UInt8(ascii: quote) else { return }
                copy(1)
            } else {
                copy(1)
            }
        }
        throw refusal("a \(quote) without its other half")
    }

    /// PostgreSQL ends such a comment at a carriage return, SQLite does not: one alone may hide or show what follows.
    private mutating func copyLine() throws {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            guard bytes[index] != UInt8(ascii: "\r") || next == "\n" else {
                throw refusal("a carriage return without a line feed in a comment; end its lines with line feeds")
            }
            copy(1)
        }
    }

    /// Those of PostgreSQL nest, those of SQLite do not.
    private mutating func copyComment() throws {
        copy(2)
        while index < bytes.count {
            switch (Unicode.Scalar(bytes[index]), next) {
            case ("/", "*"): throw refusal("a comment within a comment, where engines do not agree on its end")
            case ("*", "/"): return copy(2)
            default: copy(1)
            }
        }
        throw refusal("a comment without its end")
    }

    /// `$$` or `$tag$` where a dollar quote begins.
    private var dollarTag: ArraySlice<UInt8>? {
        var end = index + 1
        if end < bytes.count, bytes[end] != UInt8(ascii: "$") {
            guard isStart(end) else { return nil }
            while end < bytes.count, bytes[end] != UInt8(ascii: "$"), isPart(end) { end += 1 }
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return nil }
        return bytes[index...end]
    }

    private mutating func copyDollarQuoted(_ tag: ArraySlice<UInt8>) throws {
        copy(tag.count)
        while index + tag.count <= bytes.count {
            if bytes[index..<index + tag.count].elementsEqual(tag) {
                copy(tag.count)
                quoteEnd = index
                return
            }
            copy(1)
        }
        throw refusal("a \(String(decoding: tag, as: UTF8.self)) without its other half")
    }

    private mutating func replace(_ placeholder: (String) throws -> String?) throws {
        var end = index + 1
        while isPart(end) { end += 1 }
        let name = String(decoding: bytes[index + 1..<end], as: UTF8.self)
        guard let placeholder = try placeholder(name) else {
            throw refusal("the name :\(name), which is neither :now, :cutoff, :grace_cutoff nor one of params")
        }
        result += placeholder.utf8
        index = end
    }

    /// Only blanks may follow.
    private mutating func endStatement() throws {
        guard bytes[index...].allSatisfy({ $0 <= 0x20 || $0 == UInt8(ascii: ";") }) else {
            throw refusal("a semicolon: it must be one piece of SQL")
        }
        index = bytes.count
    }

    private mutating func copyParenthesis() throws {
        depth += bytes[index] == UInt8(ascii: "(") ? 1 : -1
        guard depth >= 0 else { throw refusal("a ) without its (") }
        copy(1)
    }

    private func refusal(_ finding: String) -> StoreError {
        StoreError(.denied, "The SQL of \(place) has \(finding). Nothing was removed.", guardName: .emptyPolicy)
    }
}
