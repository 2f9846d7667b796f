import HTTPTypes
import NIOCore

@testable import Console

/// What stands behind the question mark of a request, and the fields of forms.
enum QueryFuzz {
    private static let parameters: [QueryParameter] = [
        .wait, .limit, .offset, .before, .after, .search, .states, .task(isRequired: false),
    ]

    static let target = FuzzTarget("query", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let isForm = input.byte() & 1 == 1
        let text = input.text
        do {
            let query = try Query(text, parameters, isForm: isForm)
            try check(query)
        } catch let problem as HTTPProblem {
            try require(problem.status == .badRequest, "a query is refused with \(problem.status)")
            try require(isPlain(problem.detail), "a refusal has control characters")
            _ = try problem.parts()
        }
        try checkEscaping(text)
    }

    private static func check(_ query: Query) throws {
        try require((1...500).contains(query.integer("limit")), "a page has \(query.integer("limit")) entries")
        try require((0...1_000_000).contains(query.integer("offset")), "a page begins at \(query.integer("offset"))")
        let known: Set = ["waiting", "active", "delayed", "completed", "failed"]
        try require(query.list("state").isSubset(of: known), "a state is none")
        let texts = ["search", "after", "before", "task"].compactMap(query.text)
        try require(texts.allSatisfy { !$0.isEmpty && isPlain($0) }, "a text is empty or has control characters")
    }

    /// Whatever the page puts into a link comes back as it was.
    private static func checkEscaping(_ text: String) throws {
        guard (1...1024).contains(text.utf8.count), text.unicodeScalars.allSatisfy(Printable.isPrintable) else {
            return
        }
        let link = PageQuery([("search", text)]).query.dropFirst()
        let found = try Query(String(link), [.search]).text("search")
        try require(
            found.map { $0.utf8.elementsEqual(text.utf8) } == true,
            "\(text) comes back as \(found ?? "nothing")"
        )
    }
}
