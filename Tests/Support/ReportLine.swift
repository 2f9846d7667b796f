package import Foundation

/// One line of `plan --json` or `run --json`: an item, or the summary of a task.
package struct ReportLine: Decodable, Sendable, Equatable {
    package struct Summary: Decodable, Sendable, Equatable {
        package let examined: Int
        package let remove: Int
        package let compress: Int?
        package let keep: Int
        package let deleted: Int
        package let compressed: Int?
        package let failed: Int
        package let bytes: Int64
        package let batches: Int
        package let outcome: String
        package let dry_run: Bool
        package let duration_seconds: Double
    }

    package let task: String
    package let item: String?
    package let name: String?
    package let verdict: String?
    package let reason: String?
    package let bytes: Int64?
    package let time: String?
    package let group: String?
    package let outcome: String?
    package let summary: Summary?

    /// Reads standard output, of which every line must be one JSON object.
    package static func parse(_ output: Data) throws -> [ReportLine] {
        try output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map { line in
            do {
                return try JSONDecoder().decode(ReportLine.self, from: Data(line))
            } catch {
                throw SupportError("not a line of the contract: \(String(decoding: line, as: UTF8.self)) (\(error))")
            }
        }
    }
}

extension [ReportLine] {
    /// The items of a task that have a verdict.
    package func items(of task: String, _ verdict: String) -> Set<String> {
        Set(filter { $0.task == task && $0.verdict == verdict }.compactMap(\.item))
    }

    /// The summary of a task, which must be there once and after all of the task's items.
    package func summary(of task: String) throws -> ReportLine.Summary {
        let own = filter { $0.task == task }
        guard own.count(where: { $0.summary != nil }) == 1, let summary = own.last?.summary else {
            throw SupportError("\(task) needs one summary, as its last line; it has the lines \(own)")
        }
        return summary
    }
}
