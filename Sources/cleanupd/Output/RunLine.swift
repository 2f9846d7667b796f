import Console
import Foundation
import Retention

/// Runs, items and batches of the history as lines for people.
enum RunLine {
    /// `2026-01-02T03:04:05Z  logs  success  deleted 12, failed 0 of 93 examined; 1.2 MiB  0.1 s  schedule  ID`
    static func text(_ run: RunDocument, _ paint: Paint) -> String {
        let outcome = paint.outcome(run.outcome ?? run.state.rawValue)
        var text = "\(run.startedAt)  \(printable(run.task))  \(outcome)"
        if run.dryRun {
            text += "  dry run: would remove \(run.remove + run.compress) of \(run.examined)"
        } else {
            text += "  deleted \(run.deleted + run.updated)"
            if run.compressed > 0 { text += ", compressed \(run.compressed)" }
            text += ", failed \(run.failed) of \(run.examined)"
        }
        text += "; \(Words.bytes(run.bytes))  \(JSONText.number(run.durationSeconds)) s"
        text += "  \(run.requestedBy.map { "\(run.trigger) by \(printable($0))" } ?? run.trigger)  \(run.id)"
        if let message = run.message { text += "\n    \(printable(message))" }
        return text
    }

    static func text(_ item: ItemDocument) -> String {
        let word = item.outcome ?? item.verdict
        let name = item.name.map { "  \(printable($0))" } ?? ""
        return "\(word)  \(Words.bytes(item.bytes))  \(item.time)  \(printable(item.item))\(name)"
            + "  (\(printable(item.detail ?? item.reason)))"
    }

    static func text(_ batch: BatchDocument) -> String {
        let rows = batch.rows.map { "\($0) rows" } ?? "outcome not recorded"
        return "\(batch.startedAt)  batch \(batch.sequence + 1)  \(rows)  \(JSONText.number(batch.seconds)) s"
    }

    /// What comes from elsewhere must not steer a terminal.
    static func printable(_ text: String) -> String { DisplayName.printable(text.utf8) }
}
