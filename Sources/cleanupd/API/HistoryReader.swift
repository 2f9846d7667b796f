import Console
import Coordination
import Engine
import Foundation
import Retention
import State

/// Reads history and ledger for calls.
struct HistoryReader: Sendable {
    let state: any StateStore
    let active: ActiveRuns
    /// No other process carries out calls on this store.
    let isAlone: Bool
    /// Whether all that a run took went because nothing refers to it.
    let tookOrphans: @Sendable (RunRecord) -> Bool
    /// By what people know the items of a task.
    let itemName: @Sendable (_ task: String) -> TaskDefinition.ItemName?

    func runs(task: String?, before: String?, limit: Int) async throws -> RunsDocument {
        let before = try before.map { try Self.id($0) }
        let active = Set(active.all.map(\.id))
        return try await read { state in
            let runs = try state.runs(task: task, before: before, limit: limit + 1)
            return RunsDocument(
                runs: try Self.documents(runs.prefix(limit), active, state),
                next: runs.count > limit ? runs[limit - 1].record.id.description : nil
            )
        }
    }

    /// The runs of a call, or one run; `nil` = the history knows neither.
    func run(_ text: String) async throws -> RunResultDocument? {
        let id = try Self.id(text)
        let active = Set(active.all.map(\.id))
        return try await read { [isAlone] state in
            let call = try state.call(id).flatMap { $0.beginsRuns ? $0 : nil }
            let runs = try call == nil ? [state.run(id)].compactMap(\.self) : Self.runs(of: call, id, state)
            guard call != nil || !runs.isEmpty else { return nil }
            let documents = try Self.documents(runs, active, state)
            var result = RunResultDocument(
                id: text,
                documents,
                by: call?.who ?? documents.first?.requestedBy,
                at: call?.at ?? runs.first?.record.startedAt
            )
            if let call, runs.isEmpty { result.take(call) }
            // The runs that there are say nothing of those that are still to come.
            if let call, call.endedAt == nil, call.status.map({ $0 < 300 }) ?? true {
                (result.state, result.outcome) = (isAlone ? .interrupted : .running, nil)
            }
            return result
        }
    }

    private static func documents(
        _ runs: some Collection<StoredRun>,
        _ active: Set<RunID>,
        _ state: any StateStore
    ) throws -> [RunDocument] {
        let batches = try state.batchCounts(of: runs.map(\.record.id))
        return try runs.map { run in
            let id = run.record.id
            let plan = try state.plan(of: run.record)
            let isActive = active.contains(id)
            return RunDocument(
                run,
                state: .init(run, isActive: isActive, plan: plan),
                plan: plan,
                batches: batches[id]
            )
        }
    }

    /// Runs of one call as they stand in the history; `nil` = it cannot be read.
    func ended(_ reports: [RunReport]) async -> [RunDocument]? {
        do {
            return try await read { state in
                let runs = try reports.compactMap { report in try RunID(report.id).flatMap { try state.run($0) } }
                return try Self.documents(runs, [], state)
            }
        } catch {
            // The reports say the same, but for the ledger's own times.
            return nil
        }
    }

    /// The runs of a plan were recorded when it was made.
    private static func runs(of call: CallRecord?, _ id: RunID, _ state: any StateStore) throws -> [StoredRun] {
        let parts = call?.call.split(separator: "/") ?? []
        guard let call, parts.last == "apply", parts.count > 1 else { return try state.runs(ofRequest: id) }
        // Only of the call that has applied it, and not of one that came too late.
        guard let plan = try state.savedPlan(String(parts[parts.count - 2])), let appliedAt = plan.appliedAt,
            appliedAt >= call.at, plan.appliedBy == call.who
        else { return [] }
        return try plan.parts.compactMap { try state.run($0.run) }
    }

    func items(ofRun text: String, search: String?, after: String?, limit: Int) async throws -> ItemsDocument {
        let id = try Self.id(text)
        let start = try after.map { try LedgerPlace($0) } ?? LedgerPlace()
        return try await read { [tookOrphans, itemName] state in
            guard let run = try state.run(id) else { throw ConsoleError.noRun(text) }
            let areOrphans = tookOrphans(run.record)
            let batches = try state.batches(of: id, from: start.sequence, limit: limit)
            if !batches.isEmpty {
                return ItemsDocument(
                    items: [],
                    batches: batches.map { BatchDocument($0) },
                    orphans: areOrphans,
                    next: batches.count == limit ? "\(batches[limit - 1].sequence + 1).0" : nil
                )
            }
            // As it was before the ledger is read: outcomes are there before their run has an end.
            var page = LedgerPage(
                task: run.record.task,
                search: search,
                limit: limit,
                start: start,
                hasEnded: run.end != nil,
                itemName: itemName(run.record.task)
            )
            try page.read(state, id)
            return ItemsDocument(items: page.items, orphans: areOrphans, next: page.next)
        }
    }

    func calls(before: String?, limit: Int) async throws -> CallsDocument {
        let before = try before.map { try Self.id($0) }
        return try await read { state in
            let calls = try state.calls(before: before, limit: limit + 1)
            return CallsDocument(
                calls: calls.prefix(limit).map { CallDocument($0) },
                next: calls.count > limit ? calls[limit - 1].id.description : nil
            )
        }
    }

    // MARK: Helpers

    static func id(_ text: String) throws -> RunID {
        guard let id = RunID(text) else { throw ConsoleError.noRun(text) }
        return id
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StateStore) throws -> Value
    ) async throws -> Value {
        try await Blocking.run { [state] in
            do {
                return try body(state)
            } catch let error as StateError {
                throw ConsoleError.noHistory(error)
            }
        }
    }
}

extension RunResultDocument {
    /// - Parameter runs: all of one call, or one.
    init(id: String, _ runs: [RunDocument], by who: String?, at instant: Instant?) {
        let isOver = runs.allSatisfy { $0.state == .ended || $0.state == .interrupted }
        let isSealed = runs.contains { $0.state == .sealed }
        let outcomes = runs.compactMap(\.outcome).compactMap(RunOutcome.init(rawValue:))
        self.init(
            id: id,
            state: isOver
                ? (runs.contains { $0.state == .interrupted } ? .interrupted : .ended) : isSealed ? .sealed : .running,
            outcome: isOver ? RunOutcome.gravest(of: outcomes)?.rawValue : nil,
            dryRun: runs.allSatisfy(\.dryRun),
            requestedBy: who,
            startedAt: instant.map { Timestamp.format($0) } ?? "",
            tasks: Dictionary(runs.map { ($0.task, $0) }, uniquingKeysWith: { $1 })
        )
    }

    /// A call of which no run is known: what it was, as far as its record says.
    fileprivate mutating func take(_ call: CallRecord) {
        let isReal = call.call.hasSuffix("/apply") || call.detail.replacing(" ", with: "").contains(#""dry_run":false"#)
        dryRun = !isReal
        guard call.endedAt != nil else { return }
        message = call.message ?? ServiceWords.noRun
        if call.message != nil { outcome = RunOutcome.failed.rawValue }
    }
}

extension CallRecord {
    /// Others change something at once, and have nothing to show here.
    fileprivate var beginsRuns: Bool { call.hasSuffix("/run") && !call.contains("/jobs/") || call.hasSuffix("/apply") }
}

extension BatchDocument {
    fileprivate init(_ batch: BatchRecord) {
        self.init(
            sequence: batch.sequence,
            limit: batch.limit,
            rows: batch.rows,
            startedAt: Timestamp.format(batch.startedAt),
            seconds: batch.seconds
        )
    }
}

extension CallDocument {
    fileprivate init(_ call: CallRecord) {
        self.init(
            id: call.id.description,
            at: Timestamp.format(call.at),
            who: call.who,
            from: call.from,
            call: call.call,
            detail: call.detail,
            status: call.status
        )
    }
}
