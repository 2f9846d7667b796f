/// Looks at how the parameters of an SQL text are compared, token by token: as lower bounds only, or otherwise.
///
/// SQL is not understood here. What could turn the meaning of a comparison round counts as if it did.
struct SQLBounds {
    enum Token {
        /// In small letters, without quotes.
        case word(String)
        /// One byte of an operator.
        case operation(UInt8)
        case opening
        case closing
        case parameter(String)
        case other
    }

    /// Words by which a condition may mean its opposite, or a value may stand for it.
    private static let turning: Set<String> = [
        "case", "coalesce", "count", "except", "false", "filter", "having", "iif", "isnull", "notnull", "nullif",
        "true",
        "unknown",
    ]

    private var parameters: Set<String> = []
    private var others: Set<String> = []
    private var turns = false
    /// The operator that stands directly before what comes, or before its parentheses.
    private var operation = ""
    private var word = ""
    /// Of each parenthesis that is open: a parameter is within.
    private var open: [Bool] = []
    /// The last token closed one of those.
    private var hasClosed = false

    /// Parameters that are, somewhere, anything else than what stands behind `>` or `>=`, or all of a text with words or
    /// comparisons that could turn this round.
    var otherThanLower: Set<String> { turns ? parameters : others }

    mutating func see(_ token: Token) {
        defer { if case .opening = token {} else if case .operation = token {} else { operation = "" } }
        let wasClosed = hasClosed
        hasClosed = false
        switch token {
        case .word(let next): see(next, wasClosed)
        case .operation(let byte):
            operation += String(UnicodeScalar(byte))
            // What the whole came to is compared: (a > :now) = 0.
            if wasClosed, "<>=!".utf8.contains(byte) { turns = true }
        case .opening: open.append(false)
        case .closing: close()
        case .parameter(let name):
            parameters.insert(name)
            for index in open.indices { open[index] = true }
            if operation != ">", operation != ">=" { others.insert(name) }
        case .other: break
        }
        if case .word = token {} else { word = "" }
    }

    private mutating func see(_ next: String, _ wasClosed: Bool) {
        if Self.turning.contains(next) { turns = true }
        if wasClosed, ["is", "in", "between"].contains(next) { turns = true }
        switch (word, next) {
        case ("is not", "null"): break
        case ("is not", _), ("is", "distinct"), ("left", "join"), ("right", "join"), ("full", "join"), (_, "outer"):
            turns = true
        case ("is", "not"): break
        case (_, "not"): turns = true
        default: break
        }
        word = word == "is" && next == "not" ? "is not" : next
    }

    private mutating func close() {
        let isWithin = open.popLast() ?? false
        hasClosed = isWithin
    }
}
