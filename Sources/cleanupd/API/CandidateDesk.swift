import Console
import Coordination
import Engine
import Foundation
import Retention
import Stores

/// Shows what a run of a task would do now: looks once, and serves pages and searches of that look for a while.
actor CandidateDesk {
    /// How long a look is shown; who acts makes a plan of their own.
    private static let lifetime = Duration.seconds(120)
    private static let mostLooks = 8

    private struct Look {
        let policyDigest: String
        let policy: String
        let takenAt: ContinuousClock.Instant
        let plannedAt: Instant
        let report: RunReport
        let items: Spool
    }

    private let spoolFolder: String
    private var looks: [String: Look] = [:]
    /// By task, those who wait while it is looked at.
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    init(spoolFolder: String) { self.spoolFolder = spoolFolder }

    /// - Parameters:
    ///   - areOrphans: the task takes only what nothing refers to.
    ///   - lastRun: the end of the last real run; what was seen before it is shown no more.
    func page(
        of task: TaskDefinition,
        areOrphans: Bool,
        lastRun: Instant?,
        search: String?,
        onlyOrphans: Bool,
        after: String?,
        limit: Int
    ) async throws -> CandidatesDocument {
        let look = await look(at: task, after: lastRun)
        let start = try after.map { try Self.number($0) } ?? 0
        let search = ItemSearch(search)
        let isEmpty = onlyOrphans && !areOrphans
        let page =
            isEmpty
            ? Page()
            : try await Blocking.run {
                try Self.page(look, task, search, start, limit)
            }
        let tally = look.report.tally
        return CandidatesDocument(
            task: task.name,
            plannedAt: Timestamp.format(look.plannedAt),
            outcome: look.report.outcome.rawValue,
            message: look.report.message,
            policy: look.report.sentence ?? look.policy,
            orphans: areOrphans,
            examined: tally.examined,
            remove: tally.remove,
            compress: tally.compress,
            keep: tally.staying,
            bytes: tally.removeBytes,
            matching: page.matching,
            items: page.items,
            next: page.matching > start + page.items.count ? "\(start + page.items.count)" : nil
        )
    }

    // MARK: Looking

    private func look(at task: TaskDefinition, after lastRun: Instant?) async -> Look {
        while waiting[task.name] != nil {
            await withCheckedContinuation { waiting[task.name, default: []].append($0) }
        }
        if let known = looks[task.name], known.policyDigest == task.policyDigest,
            lastRun.map({ known.plannedAt > $0 }) ?? true,
            ContinuousClock.now - known.takenAt < Self.lifetime
        {
            return known
        }
        waiting[task.name] = []
        let folder = spoolFolder
        let look = await Blocking.run { Self.take(task, folder) }
        if looks.count >= Self.mostLooks, let oldest = looks.min(by: { $0.value.takenAt < $1.value.takenAt }) {
            looks[oldest.key] = nil
        }
        looks[task.name] = look
        for one in waiting.removeValue(forKey: task.name) ?? [] { one.resume() }
        return look
    }

    private static func take(_ task: TaskDefinition, _ folder: String) -> Look {
        let items = Spool(folder: folder)
        let collector = Collector(items: items)
        let now = SystemClock.now()
        var report = Preview(task: task, now: now, spoolFolder: folder, observer: collector).run()
        if let problem = collector.problem {
            report.outcome = .failed
            report.message = problem
        }
        return Look(
            policyDigest: task.policyDigest,
            policy: task.sentence,
            takenAt: .now,
            plannedAt: now,
            report: report,
            items: items
        )
    }

    // MARK: Pages

    private struct Page: Sendable {
        var items: [ItemDocument] = []
        var matching = 0
    }

    private static func page(
        _ look: Look,
        _ task: TaskDefinition,
        _ search: ItemSearch,
        _ start: Int,
        _ limit: Int
    ) throws -> Page {
        var page = Page()
        try look.items.forEach { block in
            // Without a search all match: what lies before or behind the page is only counted.
            let isBeside = page.matching + block.items.count <= start || page.items.count >= limit
            if search.takesAll, isBeside {
                page.matching += block.items.count
                return
            }
            for item in block.items {
                let document = ItemDocument(item, of: block, task: task.name, itemName: task.itemName)
                guard search.matches(document) else { continue }
                if page.matching >= start, page.items.count < limit { page.items.append(document) }
                page.matching += 1
            }
        }
        return page
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number >= 0 else { throw ConsoleError.noPage }
        return number
    }
}
