package import Foundation

extension Command {
    /// Runs SQL by psql in a process of its own, and ends at the first error.
    ///
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    package static func psql(_ url: String, _ sql: String) async throws -> String {
        try await lines("psql", [url, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql])
    }

    /// Runs SQL in an SQLite file by sqlite3 in a process of its own, which waits for locks.
    ///
    /// - Returns: as `psql`.
    @discardableResult
    package static func sqlite3(_ file: URL, _ sql: String) async throws -> String {
        try await lines("sqlite3", ["-bail", "-cmd", ".timeout 30000", file.path, sql])
    }

    private static func lines(_ program: String, _ arguments: [String]) async throws -> String {
        try await run("/usr/bin/env", [program] + arguments).check().text.trimmingCharacters(in: .newlines)
    }
}
