import Foundation

/// A `sqlite3` of its own process on one database: makes fixtures, holds locks, writes beside what is tested, and says
/// what is in the file without asking the code under test.
///
/// Blocking. Ends with this object.
package final class SQLiteShell {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread: [UInt8] = []
    private var questions = 0

    package var pid: Int32 { process.processIdentifier }

    /// Starts the shell; a database that is not there is made by the first write.
    package init(_ path: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = ["-batch", "-noheader", path]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        do {
            try Command.start(process)
        } catch {
            throw SupportError("sqlite3 cannot be started (Debian: apt-get install sqlite3): \(error)")
        }
        _ = try ask("PRAGMA busy_timeout = 10000;")
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Runs statements and gives what they print, one row a line. What they complain of begins with `Error` or
    /// `Runtime error`, and is thrown.
    @discardableResult
    package func ask(_ sql: String) throws -> String {
        questions += 1
        let mark = "--end-of-answer-\(questions)--"
        try input.fileHandleForWriting.write(contentsOf: Data((sql + "\n.print " + mark + "\n").utf8))
        let answer = try read(until: mark)
        if let complaint = answer.split(separator: "\n").first(where: { $0.contains("rror") && $0.contains("line") }) {
            throw SupportError("sqlite3: \(complaint)")
        }
        return answer.trimmingCharacters(in: .newlines)
    }

    /// Sends statements without waiting for their end; the next question comes after them.
    package func tell(_ sql: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((sql + "\n").utf8))
    }

    /// The number that a query gives.
    package func count(_ sql: String) throws -> Int {
        let text = try ask(sql)
        guard let number = Int(text) else { throw SupportError("sqlite3 gave \(text) for \(sql)") }
        return number
    }

    /// One-off: runs statements in a shell of their own.
    @discardableResult
    package static func run(_ path: String, _ sql: String) throws -> String { try SQLiteShell(path).ask(sql) }

    private func read(until mark: String) throws -> String {
        let end = Array((mark + "\n").utf8)
        var searched = 0
        while true {
            let text = String(decoding: unread[max(0, searched - end.count)...], as: UTF8.self)
            if text.contains(mark + "\n"), let range = Data(unread).range(of: Data(end)) {
                let answer = String(decoding: unread[..<range.lowerBound], as: UTF8.self)
                unread.removeSubrange(..<range.upperBound)
                return answer
            }
            searched = unread.count
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else {
                throw SupportError("sqlite3 ended: \(String(decoding: unread, as: UTF8.self))")
            }
            unread += data
        }
    }
}
