import Foundation
import Support
import Testing

/// `examples/claude-code-hub`: manual runs with the conditions of the hub's own API.
@Suite(.timeLimit(.minutes(20)))
struct ClaudeCodeHubFilterTests {
    /// What is given on the command line, and the same said in SQL.
    struct Manual: Sendable, CustomTestStringConvertible {
        let filters: [String]
        let condition: String

        var testDescription: String { filters.joined(separator: " ") }
        var arguments: [String] { filters.flatMap { ["--filter", $0] } }
    }

    private static let task = "message_requests_by_hand"
    /// In the middle of the sample, which spans 62 days.
    private static let middle = Date(timeIntervalSince1970: (Example.now() - 31 * 86_400).rounded())
        .ISO8601Format()

    @Test(arguments: [
        Manual(filters: ["before_date=\(middle)"], condition: "created_at <= '\(middle)'"),
        Manual(filters: ["after_date=\(middle)"], condition: "created_at >= '\(middle)'"),
        Manual(filters: ["user_ids=1,2,3"], condition: "user_id IN (1, 2, 3)"),
        Manual(filters: ["provider_ids=4"], condition: "provider_id = 4"),
        Manual(filters: ["status_codes=404,429"], condition: "status_code IN (404, 429)"),
        Manual(filters: ["status_code_range=400-499"], condition: "status_code >= 400 AND status_code <= 499"),
        Manual(filters: ["only_blocked=true"], condition: "blocked_by IS NOT NULL"),
        Manual(
            filters: ["before_date=\(middle)", "user_ids=1,2,3", "status_code_range=400-499", "only_blocked=false"],
            condition: "created_at <= '\(middle)' AND user_id IN (1, 2, 3) AND status_code BETWEEN 400 AND 499"
        ),
    ])
    func conditionRemovesExactlyWhatItSays(manual: Manual) async throws {
        try await ClaudeCodeHubTests.with { example in
            let all = try await ClaudeCodeHubTests.requests(example)
            let meant = try await example.numbers("SELECT id FROM message_request WHERE \(manual.condition)")
            #expect(!meant.isEmpty && meant.count < all.count)
            let plan = try await example.cleanupd.run(["plan", Self.task, "--json"] + manual.arguments)
            #expect(plan.code == 0, "\(plan.errorText)")
            #expect(try ReportLine.parse(plan.output).summary(of: Self.task).remove == meant.count)
            #expect(try await ClaudeCodeHubTests.requests(example) == all)
            let run = try await example.cleanupd.run(["run", Self.task, "--force", "--json"] + manual.arguments)
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: Self.task).deleted == meant.count)
            #expect(try await ClaudeCodeHubTests.requests(example) == all.subtracting(meant))
        }
    }

    /// No condition, one that says nothing, and ones that are no values of their types.
    private static let refused = [
        [], ["only_blocked=false"], ["user_ids="], ["user_ids=1 OR 1=1"], ["status_code_range=499"],
        ["before_date=yesterday"], ["no_such_filter=1"],
    ]

    @Test func runWithoutARealConditionIsRefused() async throws {
        try await ClaudeCodeHubTests.with { example in
            let before = try await example.dump()
            for filters in Self.refused {
                let given = filters.flatMap { ["--filter", $0] }
                let run = try await example.cleanupd.run(["run", Self.task, "--force"] + given)
                #expect([2, 4].contains(run.code), "\(filters): \(run.code) \(run.errorText)")
                #expect(!(run.errorText + run.text).isEmpty, "\(filters)")
            }
            #expect(try await example.dump() == before)
        }
    }

    @Test func taskRunsByHandOnly() async throws {
        try await ClaudeCodeHubTests.with { example in
            let check = try await example.cleanupd.run("check")
            #expect(check.code == 0, "\(check.errorText)\(check.text)")
            #expect(check.text.contains("by hand only"), "\(check.text)")
        }
    }
}
