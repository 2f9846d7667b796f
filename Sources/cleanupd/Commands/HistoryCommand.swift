import ArgumentParser
import Clients
import Console
import Foundation
import Retention

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows past runs of a running service, newest first; with --run, what became of each item.",
        discussion: """
            Examples:
              cleanupd history
              cleanupd history backups --limit 5
              cleanupd history --run 01a1fcd8b2e9-ad3224e842bc --search prod/
            """
    )

    private static let pageSize = 500

    @OptionGroup var options: GlobalOptions
    @OptionGroup var service: ServiceOptions

    @Argument(help: "Only runs of this task.")
    var task: String?

    @Option(help: "How many runs or items.")
    var limit = 20

    @Option(help: ArgumentHelp("Show the items of this run instead.", valueName: "id"))
    var run: String?

    @Option(help: "With --run: only items whose name, reason or group contains this.")
    var search: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
        if search != nil, run == nil { throw ValidationError("--search goes with --run.") }
    }

    func run() async throws {
        let output = StandardOutput()
        try await service.with { client in
            if let run { try await items(of: run, client, output) } else { try await runs(client, output) }
        }
        try output.finish()
    }

    private func runs(_ client: ServiceClient, _ output: StandardOutput) async throws {
        var left = limit
        var before: String?
        repeat {
            let query = Self.query(["limit": "\(min(left, Self.pageSize))", "task": task, "before": before])
            let page: RunsDocument = try await client.document("/api/cleanup/runs\(query)")
            if let task, page.runs.isEmpty, before == nil { try await mustBeKnown(task, client) }
            for run in page.runs {
                output.writeLine(try json ? JSONText.line(run) : RunLine.text(run, Terminal.paint))
            }
            left -= page.runs.count
            before = page.next
        } while left > 0 && before != nil
    }

    /// Nothing is said of a task that has not run yet, but of a slip of the finger. Throws `CommandFailure`.
    private func mustBeKnown(_ task: String, _ client: ServiceClient) async throws {
        let status: StatusDocument = try await client.document("/api/cleanup/status")
        let known = status.tasks.map(\.name)
        guard !known.contains(task) else { return }
        throw CommandFailure.usage(
            EditDistance.nothing("task", called: task, among: known) + " Tasks are: \(known.joined(separator: ", "))."
        )
    }

    private func items(of run: String, _ client: ServiceClient, _ output: StandardOutput) async throws {
        var left = limit
        var after: String?
        repeat {
            let query = Self.query(["limit": "\(min(left, Self.pageSize))", "search": search, "after": after])
            let path = "/api/cleanup/runs/\(Self.escaped(run))/items\(query)"
            let page: ItemsDocument = try await client.document(path)
            for item in page.items { output.writeLine(try json ? JSONText.line(item) : RunLine.text(item)) }
            for batch in page.batches { output.writeLine(try json ? JSONText.line(batch) : RunLine.text(batch)) }
            left -= page.items.count + page.batches.count
            after = page.next
        } while left > 0 && after != nil
    }

    private static func query(_ members: [String: String?]) -> String {
        let parts = members.sorted { $0.key < $1.key }.compactMap { name, value in
            value.map { "\(name)=\(escaped($0))" }
        }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        let safe = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{21}"..."\u{7E}"))
            .union(CharacterSet(charactersIn: "-._~"))
        return text.addingPercentEncoding(withAllowedCharacters: safe) ?? ""
    }
}
