import Retention

/// SQL out of the configuration: finds its `:names`, and refuses what would reach beyond its place in a statement.
///
/// Knows strings, `E''` strings, quoted identifiers, dollar quotes, comments (nested, as in PostgreSQL) and casts with
/// `::`; what lies within those is left as it is.
struct RowsSQL {
    private let characters: [Character]
    private let ownMarks: Set<Character>
    /// For errors: `where`, `filters.user_ids`.
    private let place: String
    private var index = 0
    private var result = ""
    private var depth = 0

    private init(_ sql: String, place: String, ownMarks: Set<Character>) {
        characters = Array(sql)
        self.place = place
        self.ownMarks = ownMarks
    }

    /// The text with each `:name` replaced by its placeholder.
    ///
    /// Throws `StoreError` (`.denied`): a name that is not known, a placeholder of the engine's own, a semicolon that
    /// does not end the text, a parenthesis, a quote or a comment without its other half.
    /// - Parameter placeholder: of a name; `nil` = there is no such name.
    static func replacingNames(
        in sql: String,
        place: String,
        ownMarks: Set<Character>,
        placeholder: (String) throws -> String?
    ) throws -> String {
        var reader = RowsSQL(sql, place: place, ownMarks: ownMarks)
        return try reader.read(placeholder)
    }

    private mutating func read(_ placeholder: (String) throws -> String?) throws -> String {
        while index < characters.count {
            let character = characters[index]
            switch character {
            case "'": try copyQuoted(by: "'", backslashes: isEscapeString)
            case "\"": try copyQuoted(by: "\"", backslashes: false)
            case "-" where next == "-": copyLine()
            case "/" where next == "*": try copyComment()
            case "$" where !isWithinWord:
                if let tag = dollarTag { try copyDollarQuoted(tag) } else { try copyMark() }
            case ":" where next == ":": copy(2)
            case ":" where !isWithinWord && isStart(next): try replace(placeholder)
            case ";": try endStatement()
            case "(", ")": try copyParenthesis()
            default: try copyMark()
            }
        }
        guard depth == 0 else { throw refusal("a ( without its )") }
        return result
    }

    private var next: Character? { index + 1 < characters.count ? characters[index + 1] : nil }

    /// The character before belongs to a word, so that `$` and `:` here do not begin anything (`a$b`, `x[lo:hi]`).
    private var isWithinWord: Bool { index > 0 && isPart(characters[index - 1]) }

    /// A lone E before the quote.
    private var isEscapeString: Bool {
        guard index > 0, "eE".contains(characters[index - 1]) else { return false }
        return index == 1 || !isPart(characters[index - 2])
    }

    private func isStart(_ character: Character?) -> Bool { character.map { $0.isLetter || $0 == "_" } ?? false }

    private func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }

    private mutating func copy(_ count: Int) {
        result.append(contentsOf: String(characters[index..<min(index + count, characters.count)]))
        index += count
    }

    private mutating func copyMark() throws {
        let character = characters[index]
        let isMark = ownMarks.contains(character) && !isWithinWord
        guard !isMark || (character == "$" && !(next?.isNumber ?? false)) else {
            throw refusal(
                "\(character), which stands for a value that is not its own; write a name of params, as :name"
            )
        }
        copy(1)
    }

    private mutating func copyQuoted(by quote: Character, backslashes: Bool) throws {
        copy(1)
        while index < characters.count {
            if backslashes, characters[index] == "\\" {
                copy(2)
            } else if characters[index] == quote {
                copy(1)
                // A doubled quote is one within, and begins here as the next part.
                guard index < characters.count, characters[index] == quote else { return }
                copy(1)
            } else {
                copy(1)
            }
        }
        throw refusal("a \(quote) without its other half")
    }

    private mutating func copyLine() {
        while index < characters.count, !characters[index].isNewline { copy(1) }
    }

    private mutating func copyComment() throws {
        var level = 0
        while index < characters.count {
            if characters[index] == "/", next == "*" {
                level += 1
                copy(2)
            } else if characters[index] == "*", next == "/" {
                level -= 1
                copy(2)
                if level == 0 { return }
            } else {
                copy(1)
            }
        }
        throw refusal("a comment without its end")
    }

    /// `$$` or `$tag$` where a dollar quote begins.
    private var dollarTag: [Character]? {
        var end = index + 1
        if end < characters.count, characters[end] != "$" {
            guard isStart(characters[end]) else { return nil }
            while end < characters.count, characters[end] != "$", isPart(characters[end]) { end += 1 }
        }
        guard end < characters.count, characters[end] == "$" else { return nil }
        return Array(characters[index...end])
    }

    private mutating func copyDollarQuoted(_ tag: [Character]) throws {
        copy(tag.count)
        while index + tag.count <= characters.count {
            if Array(characters[index..<index + tag.count]) == tag {
                copy(tag.count)
                return
            }
            copy(1)
        }
        throw refusal("a \(String(tag)) without its other half")
    }

    private mutating func replace(_ placeholder: (String) throws -> String?) throws {
        var end = index + 1
        while end < characters.count, isPart(characters[end]), characters[end] != "$" { end += 1 }
        let name = String(characters[index + 1..<end])
        guard let placeholder = try placeholder(name) else {
            throw refusal("the name :\(name), which is neither :now, :cutoff, :grace_cutoff nor one of params")
        }
        result += placeholder
        index = end
    }

    /// Only blanks may follow.
    private mutating func endStatement() throws {
        guard characters[index...].allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
            throw refusal("a semicolon: it must be one piece of SQL")
        }
        index = characters.count
    }

    private mutating func copyParenthesis() throws {
        depth += characters[index] == "(" ? 1 : -1
        guard depth >= 0 else { throw refusal("a ) without its (") }
        copy(1)
    }

    private func refusal(_ finding: String) -> StoreError {
        StoreError(.denied, "The SQL of \(place) has \(finding). Nothing was removed.", guardName: .emptyPolicy)
    }
}
