import Engine
import Retention

/// A simulation as one JSON object: every day, every item, why it survives if it does, and what all settles at.
///
/// An item is there on a day if its `time` is not later than the day's, and its `removed`, if it has one, is.
struct SimulationDocument {
    let report: SimulationReport

    var text: String {
        JSONText.object([
            ("task", JSONString.quoted(report.task.name)), ("policy", JSONString.quoted(report.task.sentence)),
            ("start", Self.time(report.span.start)), ("end", Self.time(report.span.end)),
            ("days", "\(report.span.days)"),
            ("every", report.growth.map { JSONString.quoted($0.every.text) } ?? "null"),
            ("cycles", Self.list(report.cycles.map { JSONString.quoted($0.name) })),
            ("notes", Self.list(report.notes.map(JSONString.quoted))),
            ("series", Self.list(report.result.days.map(Self.day))),
            ("items", Self.list(report.result.lives.map(Self.item))),
            ("summary", summary),
        ])
    }

    private static func day(_ day: SimulatedDay) -> String {
        let oldest = day.oldest.map { JSONText.number(SimulationReport.seconds(from: $0, to: day.at)) }
        var members = [
            ("day", "\(day.number)"), ("time", time(day.at)), ("items", "\(day.items)"), ("bytes", "\(day.bytes)"),
            ("made", "\(day.made)"), ("removed", "\(day.removed)"), ("removed_bytes", "\(day.removedBytes)"),
            ("compressed", "\(day.compressed)"), ("deferred", "\(day.deferred)"), ("runs", "\(day.runs)"),
            ("refused", "\(day.refused)"), ("oldest_age_seconds", oldest ?? "null"),
        ]
        if let trip = day.trip { members.append(("guard", JSONString.quoted(trip.guard.rawValue))) }
        return JSONText.object(members)
    }

    private static func item(_ life: SimulatedLife) -> String {
        var members = [
            ("item", JSONString.quoted(DisplayName.exact(life.path))), ("time", time(life.time)),
            ("bytes", "\(life.bytes)"), ("made", "\(life.isMade)"),
        ]
        if !life.group.isEmpty { members.append(("group", JSONString.quoted(life.group))) }
        if let instant = life.compressedAt { members.append(("compressed", time(instant))) }
        if let instant = life.removedAt {
            members.append(("removed", time(instant)))
        } else {
            members.append(("reason", JSONString.quoted(SimulationSurvivors.reason(life))))
        }
        return JSONText.object(members)
    }

    private var summary: String {
        let summary = report.summary
        let peak = report.result.peak
        var members = [
            ("items", "\(summary.items)"), ("bytes", "\(summary.bytes)"),
            ("oldest", summary.oldest.map(Self.time) ?? "null"), ("newest", summary.newest.map(Self.time) ?? "null"),
            ("trend", JSONString.quoted(summary.trend.rawValue)), ("last_days", "\(summary.lastDays)"),
            ("least_items", "\(summary.itemRange.lowerBound)"), ("most_items", "\(summary.itemRange.upperBound)"),
            ("least_bytes", "\(summary.byteRange.lowerBound)"), ("most_bytes", "\(summary.byteRange.upperBound)"),
            ("peak_day", "\(peak.day)"), ("peak_items", "\(peak.items)"), ("peak_bytes", "\(peak.bytes)"),
            ("refused", "\(report.result.refused)"), ("unreadable_places", "\(report.problemCount)"),
        ]
        if let refusal = report.refusal { members.append(("message", JSONString.quoted(refusal))) }
        return JSONText.object(members)
    }

    private static func time(_ instant: Instant) -> String {
        JSONString.quoted(Timestamp.format(instant, fractional: true))
    }

    private static func list(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }
}
