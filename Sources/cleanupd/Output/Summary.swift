import Console
import Engine
import Foundation
import Retention

/// Shows what each task came to.
struct Summary {
    let output: StandardOutput
    let format: Listing.Format
    let paint: Paint

    /// The last line of a task. `keep` is everything that stays, so that examined = remove + compress + keep.
    func write(_ report: RunReport) {
        switch format {
        case .json: output.writeLine(json(report))
        case .table: output.writeLine(line(report))
        }
    }

    private func json(_ report: RunReport) -> String {
        let tally = report.tally
        var members = [
            ("examined", "\(tally.examined)"), ("remove", "\(tally.remove)"), ("compress", "\(tally.compress)"),
            ("keep", "\(tally.staying)"),
            ("deleted", "\(report.counts.deleted)"), ("compressed", "\(report.counts.compressed)"),
            ("updated", "\(report.counts.updated)"), ("in_use", "\(report.counts.inUse)"),
            ("gone", "\(report.counts.gone)"), ("changed", "\(report.counts.changed)"),
            ("failed", "\(report.counts.failed)"), ("bytes", "\(report.bytes)"), ("batches", "\(report.batches)"),
            ("outcome", JSONString.quoted(report.outcome.rawValue)), ("dry_run", "\(report.dryRun)"),
            ("duration_seconds", JSONText.number(report.durationSeconds)), ("run", JSONString.quoted(report.id)),
        ]
        if let trip = report.trip { members.append(("guard", JSONString.quoted(trip.guard.rawValue))) }
        if let message = report.message { members.append(("message", JSONString.quoted(message))) }
        return JSONText.object([("task", JSONString.quoted(report.task)), ("summary", JSONText.object(members))])
    }

    private func line(_ report: RunReport) -> String {
        let tally = report.tally
        let stays = tally.staying
        var text = "\(report.task): \(paint.outcome(report.outcome.rawValue))"
        if report.dryRun {
            text +=
                ", dry run: would remove \(report.isCountCut ? "at least " : "")\(tally.remove) and compress \(tally.compress) of \(tally.examined)"
            text += " (\(Words.bytes(report.bytes))), \(stays) stay"
        } else {
            text += ", deleted \(report.counts.deleted)"
            if report.counts.updated > 0 { text += ", set \(report.counts.updated)" }
            text += ", compressed \(report.counts.compressed)"
            text +=
                ", failed \(report.counts.failed) of \(tally.examined) examined; freed \(Words.bytes(report.bytes))"
        }
        if report.counts.changed > 0 { text += "; \(report.counts.changed) changed since the plan and stay" }
        if report.counts.inUse > 0 { text += "; \(report.counts.inUse) in use and stay" }
        if let message = report.message { text += "\n  \(message)" }
        for problem in report.problems.prefix(5) { text += "\n  \(problem)" }
        return text
    }
}
