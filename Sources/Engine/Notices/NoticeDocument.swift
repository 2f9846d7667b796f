import Foundation
import Retention

/// The message as it is sent: docs/reports.md says what each member means.
///
/// Members may be added; `version` rises when one changes its meaning, or goes.
struct NoticeDocument: Encodable {
    struct Task: Encodable {
        var task: String
        /// Of the history; absent if it was not begun.
        var run: String?
        var outcome: String
        var failure: String?
        var dryRun: Bool
        var examined: Int
        var items: Int
        var compressed: Int
        var failed: Int
        var bytes: Int64
        var durationSeconds: Double
        var reason: String?
    }

    private static let currentVersion = 1
    /// Of a reason: an error of a database may quote whole statements. Unicode's code points, because what looks like one
    /// character may be made of any number of them.
    private static let longestReason = 1_000

    var version = NoticeDocument.currentVersion
    var event: String
    /// One sentence, made of nothing but our own words and the names of the configuration: chats show it as it is.
    var text: String
    var cycle: String
    var outcome: String
    var dryRun: Bool
    var trigger: String
    var attempt: Int?
    var attempts: Int?
    var retriesAt: String?
    var begunAt: String
    var endedAt: String
    var replica: String
    var tasks: [Task]

    init(_ end: CycleEnd, outcome: RunOutcome, event: String, replica: String) {
        self.event = event
        text = NoticeText.sentence(end, outcome)
        cycle = end.cycle
        self.outcome = outcome.rawValue
        dryRun = end.isDryRun
        trigger = end.trigger.rawValue
        attempt = end.attempt?.number
        attempts = end.attempt?.maximum
        retriesAt = end.attempt?.retriesAt.map { Timestamp.format($0) }
        begunAt = Timestamp.format(end.begunAt)
        endedAt = Timestamp.format(end.endedAt)
        self.replica = replica
        tasks = end.runs.map(Self.task)
    }

    private static func task(_ run: RunReport) -> Task {
        Task(
            task: run.task,
            run: run.id.isEmpty ? nil : run.id,
            outcome: run.outcome.rawValue,
            failure: run.failure?.rawValue,
            dryRun: run.dryRun,
            examined: run.tally.examined,
            items: run.items,
            compressed: run.compressedItems,
            failed: run.counts.failed,
            bytes: run.bytes,
            durationSeconds: run.durationSeconds,
            reason: run.message.map { String($0.unicodeScalars.prefix(longestReason)) }
        )
    }

    /// As it is sent. Throws for a duration that is no number.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}
