import Foundation
import Support

extension Example {
    /// Runs SQL in the example's database.
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    func sql(_ sql: String) async throws -> String {
        try await Command.psql(try url, sql)
    }

    /// Whole numbers that a query gives in one column.
    func numbers(_ query: String) async throws -> Set<Int> {
        Self.numbers(in: try await sql(query))
    }

    /// Schema and rows of the example's database as text: the same as long as nothing has changed.
    func dump() async throws -> String {
        let whole = try await Command.run("/usr/bin/env", ["pg_dump", try url]).check().text
        // Newer versions write a random key there.
        return whole.split(separator: "\n").filter { !$0.hasPrefix("\\") || $0 == "\\." }.joined(separator: "\n")
    }

    static func numbers(in text: String) -> Set<Int> { Set(text.split(separator: "\n").compactMap { Int($0) }) }

    private var url: String {
        get throws {
            guard let databaseURL else { throw SupportError("this example has no database of a server") }
            return databaseURL
        }
    }
}
