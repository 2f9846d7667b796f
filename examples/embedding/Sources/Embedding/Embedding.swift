import Engine
import Foundation
import Retention
import Telemetry

/// Removes files that are older than a week from one directory: only tells what would go, unless --force is given.
@main
struct Embedding {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let path = arguments.first(where: { !$0.hasPrefix("-") }) else {
            print("usage: Embedding DIRECTORY [--force]")
            exit(2)
        }
        let folder = try Folder(path)
        let policy = Policy(
            remove: .init(olderThan: try Age(parsing: "7d")),
            keep: .init(atLeast: 1, match: ["*.keep"])
        )

        // Retention: a decision about values, at any instant. Touches nothing.
        let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
        let inAMonth = now.adding(nanoseconds: 30 * 86_400_000_000_000)
        let plan = try policy.plan(folder.candidates(after: nil).candidates, at: inAMonth)
        print("in 30 days \(plan.tally.remove) of \(plan.tally.examined) files are due")

        // Telemetry: metrics of one's own, beside those of the engine.
        let registry = Registry()
        let asked = Family("embedding_runs_total", .counter, help: "Runs that this program has asked for.")

        // Engine: the same policy, with guards, a ledger, a lock and metrics. The state lies beside the directory.
        let task = EmbeddedTask(
            name: "files",
            resource: "files",
            store: folder,
            policy: policy,
            limits: Limits(maxPercent: 90),
            maxDuration: .seconds(60),
            interval: .seconds(86_400)
        )
        let state = URL(fileURLWithPath: path).standardizedFileURL.path + ".cleanup-state.db"
        let engine = try EmbeddedEngine([task], stateFile: state, registry: registry)
        try registry.counter(asked).increment()
        let report = try await engine.run("files", dryRun: !arguments.contains("--force")) { event in
            switch event {
            case .planned(let decision): print("\(decision.verdict) \(decision.candidate.name): \(decision.reason)")
            case .acted(let candidate, let outcome, let detail): print(outcome, candidate.name, detail ?? "")
            }
        }
        print("\(report.outcome): \(report.tally.remove) due, \(report.counts.deleted) removed", report.message ?? "")
        print(String(decoding: registry.render(.text), as: UTF8.self), terminator: "")
        engine.close()
    }
}
