import Foundation
import Retention

/// The decision once more, as plainly as it can be said: all items in memory, sorted, walked from an end.
///
/// Shares no code with the judge but the values. Calendars are Foundation's; the walk over the buckets is restic's.
struct ReferenceJudge {
    let policy: Policy
    let now: Instant
    let usedBytes: Int64
    private let calendar: Calendar

    init(policy: Policy, now: Instant, usedBytes: Int64) {
        self.policy = policy
        self.now = now
        self.usedBytes = usedBytes
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = TimeZone(identifier: policy.zone) ?? .gmt
        self.calendar = calendar
    }

    func verdicts(_ items: [TestItem]) -> [String: TestVerdict] {
        var result: [String: TestVerdict] = [:]
        let oldestFirst = items.sorted { ($0.time, Array($0.path.utf8)) < ($1.time, Array($1.path.utf8)) }
        var survivors: [String: Int] = [:]
        for (group, members) in Dictionary(grouping: oldestFirst.filter { $0.time <= now }, by: \.group) {
            survivors[group] = members.count
            for (path, reason) in keptByRules(members.reversed(), counts: counts(of: group)) {
                result[path] = TestVerdict(verdict: .keep, reason: reason)
            }
        }
        for item in oldestFirst {
            if item.time > now {
                result[item.path] = TestVerdict(verdict: .keep, reason: "its time lies in the future")
            }
            if let hold = item.hold { result[item.path] = TestVerdict(verdict: .keep, reason: hold) }
        }
        func take(_ item: TestItem, _ reason: String) -> Bool {
            let stays = survivors[item.group, default: 0] <= policy.keep.atLeast
            result[item.path] =
                stays
                ? TestVerdict(verdict: .keep, reason: "at least \(policy.keep.atLeast)\(of(item.group)) must stay")
                : TestVerdict(verdict: .remove, reason: reason)
            if !stays { survivors[item.group, default: 0] -= 1 }
            return !stays
        }
        var used = usedBytes
        for item in oldestFirst where result[item.path] == nil {
            if let reason = eligible(item), take(item, reason) { used -= item.size }
        }
        if let quota = policy.quota, usedBytes > quota.maxBytes {
            for item in oldestFirst
            where result[item.path] == nil && item.size > 0 && used > quota.freeToBytes {
                if take(item, "over the quota of \(bytesText(quota.maxBytes)): oldest first") { used -= item.size }
            }
        }
        for item in oldestFirst where result[item.path] == nil { result[item.path] = remaining(item) }
        spend(oldestFirst, &result)
        return result
    }

    private func counts(of group: String) -> Policy.Counts { policy.keep.groups[group] ?? policy.keep.counts }

    private func of(_ group: String) -> String { group.isEmpty ? "" : " of \(group)" }

    /// Small amounts only, which have no larger unit.
    private func bytesText(_ bytes: Int64) -> String { bytes == 1 ? "1 byte" : "\(bytes) bytes" }

    // MARK: keep

    /// - Parameter items: newest first, none of the future.
    private func keptByRules(_ items: [TestItem], counts: Policy.Counts) -> [String: String] {
        var left = [counts.last, counts.hourly, counts.daily, counts.weekly, counts.monthly, counts.yearly]
        let names = [
            "last \(counts.last)", "hourly (\(counts.hourly))", "daily (\(counts.daily))", "weekly (\(counts.weekly))",
            "monthly (\(counts.monthly))", "yearly (\(counts.yearly))",
        ]
        var previous = [String](repeating: "", count: 6)
        var kept: [String: String] = [:]
        for (index, item) in items.enumerated() {
            var rules: [String] = []
            var oldest: [String] = []
            for (rule, bucket) in buckets(item, index).enumerated() where left[rule] > 0 {
                if bucket != previous[rule] {
                    rules.append(names[rule])
                } else if index == items.count - 1 {
                    oldest.append("oldest while \(names[rule]) has room")
                } else {
                    continue
                }
                previous[rule] = bucket
                left[rule] -= 1
            }
            if let within = counts.within, item.time >= before(items[0].time, within) {
                rules.append("within \(within.text)")
            }
            if !(rules + oldest).isEmpty { kept[item.path] = "kept: " + (rules + oldest).joined(separator: ", ") }
        }
        return kept
    }

    private func buckets(_ item: TestItem, _ index: Int) -> [String] {
        let date = Date(timeIntervalSince1970: (Double(item.time.nanoseconds) / 1e9).rounded(.down))
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .yearForWeekOfYear, .weekOfYear], from: date)
        let (year, month, day) = ("\(parts.year ?? 0)", "-\(parts.month ?? 0)", "-\(parts.day ?? 0)")
        let week = "\(parts.yearForWeekOfYear ?? 0)w\(parts.weekOfYear ?? 0)"
        return ["\(index)", year + month + day + "T\(parts.hour ?? 0)", year + month + day, week, year + month, year]
    }

    // MARK: remove, compress

    /// Why an item goes on its own grounds; `nil` = it does not.
    private func eligible(_ item: TestItem) -> String? {
        // A remove that states nothing is none.
        if let remove = policy.remove, remove != Policy.Remove() {
            if let age = remove.olderThan, item.time >= before(now, age) { return nil }
            if let size = remove.sizeOver, item.size <= size { return nil }
            let reasons = [
                remove.olderThan.map { "older than \($0.text)" },
                remove.sizeOver.map { "larger than \(bytesText($0))" },
            ]
            return reasons.compactMap { $0 }.joined(separator: " and ")
        }
        if policy.quota != nil { return nil }
        let counts = counts(of: item.group)
        if counts == Policy.Counts(), policy.keep.groups.isEmpty, policy.keep.counts == Policy.Counts() {
            return policy.compressOlderThan == nil ? "all that matches goes (unsafe_allow_remove_all)" : nil
        }
        if counts == Policy.Counts() { return "keep has no rule for it" }
        if counts == Policy.Counts(last: counts.last) { return "not among the last \(counts.last)\(of(item.group))" }
        let named: [(String, Int)] = [
            ("last", counts.last), ("hourly", counts.hourly), ("daily", counts.daily), ("weekly", counts.weekly),
            ("monthly", counts.monthly), ("yearly", counts.yearly),
        ]
        var rules = named.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
        if let within = counts.within { rules.append("within \(within.text)") }
        return "no rule of keep holds it (\(rules.joined(separator: ", ")))"
    }

    private func remaining(_ item: TestItem) -> TestVerdict {
        let isArchive = item.path.hasSuffix(".gz")
        if let age = policy.compressOlderThan, item.kind == .file, !isArchive, item.time < before(now, age) {
            return TestVerdict(verdict: .compress, reason: "older than \(age.text)")
        }
        let reason: String
        if let age = policy.remove?.olderThan {
            reason = "not older than \(age.text)"
        } else if let size = policy.remove?.sizeOver {
            reason = "not larger than \(bytesText(size))"
        } else if let quota = policy.quota {
            reason = "not needed for the quota of \(bytesText(quota.maxBytes))"
        } else if item.kind != .file {
            reason = "not a file, which is all that is compressed"
        } else if isArchive {
            reason = "compressed already"
        } else {
            reason = "not older than \(policy.compressOlderThan?.text ?? "")"
        }
        return TestVerdict(verdict: .young, reason: reason)
    }

    // MARK: budget

    private func spend(_ oldestFirst: [TestItem], _ result: inout [String: TestVerdict]) {
        let limits = [
            policy.budget.items.map { $0 == 1 ? "1 item" : "\($0) items" },
            policy.budget.bytes.map(bytesText),
        ]
        let text = limits.compactMap { $0 }.joined(separator: " and ")
        var (items, bytes) = (0, Int64(0))
        for item in oldestFirst {
            guard let verdict = result[item.path]?.verdict, verdict == .remove || verdict == .compress else { continue }
            if let limit = policy.budget.items, items >= limit {
                result[item.path] = TestVerdict(
                    verdict: .deferred,
                    reason: "waits for the next run (budget of \(text))"
                )
            } else if let limit = policy.budget.bytes, bytes >= limit {
                result[item.path] = TestVerdict(
                    verdict: .deferred,
                    reason: "waits for the next run (budget of \(text))"
                )
            } else {
                items += 1
                bytes += verdict == .remove ? item.size : 0
            }
        }
    }

    // MARK: Ages

    /// Every second of three days around the place is tried; the earliest that shows the right wall clock is it.
    private func before(_ instant: Instant, _ age: Age) -> Instant {
        let rest = age.milliseconds * 1_000_000
        guard age.months > 0 else { return Instant(nanoseconds: instant.nanoseconds - rest) }
        var seconds = Int64((Double(instant.nanoseconds) / 1e9).rounded(.down))
        let fraction = instant.nanoseconds - seconds * 1_000_000_000
        var utc = Calendar(identifier: .gregorian)
        utc.timeZone = .gmt
        func offset(_ seconds: Int64) -> Int64 {
            Int64(calendar.timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
        }
        let wall = Date(timeIntervalSince1970: Double(seconds + offset(seconds)))
        let target = Int64((utc.date(byAdding: .month, value: -age.months, to: wall) ?? wall).timeIntervalSince1970)
        let offsets = Set((-36...36).map { offset(target + $0 * 3600) })
        let readings = offsets.map { target - $0 }
        let real = readings.filter { $0 + offset($0) == target }
        seconds = real.min() ?? readings.min() ?? target
        return Instant(nanoseconds: seconds * 1_000_000_000 + fraction - rest)
    }
}

private func < (left: (Instant, [UInt8]), right: (Instant, [UInt8])) -> Bool {
    left.0 == right.0 ? left.1.lexicographicallyPrecedes(right.1) : left.0 < right.0
}
