/// What can be told of SQL without a database: enough to see that a piece of it stays a piece when it is put into a
/// statement, and which parameters it names.
///
/// Reads texts, names, comments and dollar quotes as PostgreSQL does. What SQLite reads otherwise (names in brackets and
/// backticks, dollar signs) is refused where the engine is known: see `RowsSQL`.
struct SQLText {
    /// Why a piece of SQL would take hold of what is written around it.
    enum Flaw: Equatable {
        case openText
        case openName
        case openComment
        case nestedComment
        case loneReturn
        case openParenthesis
        case strayParenthesis

        var message: String {
            switch self {
            case .openText: "has a text that is not closed; end it as it begins (' or $$)"
            case .openName: "has a name in quotes that is not closed; write \" at its end"
            case .openComment: "has a comment that is not closed; write */ at its end"
            case .nestedComment: "has a comment within a comment, whose end databases see differently; take one away"
            case .loneReturn: "has a carriage return without a line feed in a comment; end its lines with line feeds"
            case .openParenthesis: "has a \"(\" without its \")\""
            case .strayParenthesis: "has a \")\" without its \"(\""
            }
        }
    }

    /// Names after a colon (`:cutoff`), each once, in the order of the text.
    private(set) var parameters: [String] = []
    /// How they are compared.
    private(set) var bounds = SQLBounds()
    private(set) var semicolons = 0
    /// Nothing but space and comments follows the last semicolon.
    private(set) var endsWithSemicolon = false
    /// In lower case; empty if it does not begin with a word.
    private(set) var firstWord = ""
    private(set) var flaw: Flaw?

    private let bytes: [UInt8]
    private var index = 0
    /// Behind the last dollar quote: its `$` belongs to no word.
    private var quoteEnd = 0
    private var depth = 0
    private var seen: Set<String> = []
    /// Something other than space, comments and opening parentheses was there.
    private var hasBegun = false

    init(_ text: String) {
        bytes = Array(text.utf8)
        while index < bytes.count, flaw == nil { step() }
        if flaw == nil, depth > 0 { flaw = .openParenthesis }
    }

    private mutating func step() {
        let byte = bytes[index]
        switch byte {
        case _ where Self.isSpace(byte):
            index += 1
            return
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
            lineComment()
            return
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            comment()
            return
        default:
            endsWithSemicolon = byte == UInt8(ascii: ";")
            token(byte)
        }
        if byte != UInt8(ascii: "(") { hasBegun = true }
    }

    private mutating func token(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: ":"): colon()
        case _ where Self.isWord(byte): word()
        case UInt8(ascii: "("):
            depth += 1
            index += 1
            bounds.see(.opening)
        case UInt8(ascii: ")"):
            depth -= 1
            index += 1
            if depth < 0 { flaw = .strayParenthesis }
            bounds.see(.closing)
        case _ where Self.isOperator(byte):
            index += 1
            bounds.see(.operation(byte))
        default:
            other(byte)
            bounds.see(.other)
        }
    }

    private mutating func other(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "'"): quoted(byte, escapes: false, .openText)
        case UInt8(ascii: "\""): quoted(byte, escapes: false, .openName)
        case UInt8(ascii: "$"): dollar()
        default:
            if byte == UInt8(ascii: ";") { semicolons += 1 }
            index += 1
        }
    }

    private func peek(_ offset: Int) -> UInt8? {
        index + offset < bytes.count ? bytes[index + offset] : nil
    }

    private mutating func word() {
        let start = index
        while index < bytes.count, Self.isWord(bytes[index]) || bytes[index] == UInt8(ascii: "$") { index += 1 }
        let word = text(start..<index).lowercased()
        if !hasBegun { firstWord = word }
        bounds.see(.word(word))
        // E'…' is PostgreSQL's text with backslashes.
        if word == "e", index < bytes.count, bytes[index] == UInt8(ascii: "'") {
            quoted(UInt8(ascii: "'"), escapes: true, .openText)
        }
    }

    /// A doubled quote goes on with the same text.
    private mutating func quoted(_ quote: UInt8, escapes: Bool, _ flaw: Flaw) {
        repeat {
            index += 1
            while index < bytes.count, bytes[index] != quote {
                index += escapes && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard index < bytes.count else {
                self.flaw = flaw
                return
            }
            index += 1
        } while index < bytes.count && bytes[index] == quote
    }

    /// PostgreSQL ends such a comment at a carriage return, SQLite does not: one alone may hide or show what follows.
    private mutating func lineComment() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            if bytes[index] == UInt8(ascii: "\r"), peek(1) != UInt8(ascii: "\n") { flaw = .loneReturn }
            index += 1
        }
    }

    /// Those of PostgreSQL nest, those of SQLite do not.
    private mutating func comment() {
        index += 2
        while index < bytes.count {
            switch (bytes[index], peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                flaw = .nestedComment
                return
            case (UInt8(ascii: "*"), UInt8(ascii: "/")):
                index += 2
                return
            default: index += 1
            }
        }
        flaw = .openComment
    }

    /// `$$…$$`, `$tag$…$tag$`, or a dollar sign.
    private mutating func dollar() {
        var end = index + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        let isTag = end < bytes.count && bytes[end] == UInt8(ascii: "$")
        let startsWithDigit = peek(1).map(Self.isDigit) ?? false
        guard isTag, !startsWithDigit else {
            index += 1
            return
        }
        let tag = bytes[index...end]
        index = end + 1
        while index + tag.count <= bytes.count {
            if bytes[index] == tag.first, bytes[index..<index + tag.count].elementsEqual(tag) {
                index += tag.count
                quoteEnd = index
                return
            }
            index += 1
        }
        flaw = .openText
    }

    /// `:name`; `::` casts, and within a word (`x[low:high]`) it names nothing.
    private mutating func colon() {
        let isWithinWord = index > quoteEnd && (Self.isWord(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "$"))
        guard let next = peek(1), Self.isWord(next), !Self.isDigit(next), !isWithinWord else {
            index += peek(1) == UInt8(ascii: ":") ? 2 : 1
            bounds.see(.other)
            return
        }
        index += 1
        let start = index
        while index < bytes.count, Self.isWord(bytes[index]) || bytes[index] == UInt8(ascii: "$") { index += 1 }
        let name = text(start..<index)
        bounds.see(.parameter(name))
        if seen.insert(name).inserted { parameters.append(name) }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private static func isSpace(_ byte: UInt8) -> Bool { " \t\n\r\u{0C}".utf8.contains(byte) }

    private static func isOperator(_ byte: UInt8) -> Bool { "+-*/<>=~!@#%^&|`?".utf8.contains(byte) }

    /// Letters, digits, `_`, and all of other scripts.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
