/// A parameter behind the question mark.
struct QueryParameter: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Printable, at most so many bytes.
        case text(most: Int)
        case integer(ClosedRange<Int>, otherwise: Int)
        case flag
        /// One of these; may be repeated.
        case choices([String])
    }

    var name: String
    var kind: Kind
    var isRequired = false
    var summary: String

    static let wait = QueryParameter(
        name: "wait",
        kind: .flag,
        summary: "true: answer when the run has ended, with its result."
    )
    static let limit = QueryParameter(
        name: "limit",
        kind: .integer(1...500, otherwise: 50),
        summary: "How many entries a page has at most."
    )
    static let offset = QueryParameter(
        name: "offset",
        kind: .integer(0...1_000_000, otherwise: 0),
        summary: "How many entries are passed over."
    )
    static let before = QueryParameter(
        name: "before",
        kind: .text(most: 200),
        summary: "next of the page before."
    )
    static let after = QueryParameter(
        name: "after",
        kind: .text(most: 4_096),
        summary: "next of the page before."
    )
    static let search = QueryParameter(
        name: "search",
        kind: .text(most: 1_024),
        summary: "Only items whose name, reason or group contains this text, in any case."
    )
    static let states = QueryParameter(
        name: "state",
        kind: .choices(["waiting", "active", "delayed", "completed", "failed"]),
        summary: "Only jobs in this state; may be repeated."
    )

    static func task(isRequired: Bool) -> QueryParameter {
        QueryParameter(name: "task", kind: .text(most: 128), isRequired: isRequired, summary: "Name of a task.")
    }
}
