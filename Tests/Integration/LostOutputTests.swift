import Foundation
import Support
import Testing

/// What cannot be said changes nothing of what is done: a full disk is what a cleaner is for.
@Suite(.timeLimit(.minutes(5)), .tags(.f10))
struct LostOutputTests {
    /// Code 1 says that a listing was lost, which who asked wants to know; of the log and a reader that left, nobody does.
    @Test(
        arguments: [
            ("2> /dev/full", 0), ("2>&-", 0), ("2>&1 | true", 0), ("> /dev/full", 1), ("> /dev/full 2>&1", 1),
            ("<&- >&- 2>&-", 1),
        ]
    )
    func aRunDoesItsWorkWhereNothingCanBeSaid(redirection: String, code: Int32) async throws {
        try await Self.withWorld { folder, cleanupd in
            var muted = cleanupd
            let script = "set -o pipefail; \"$0\" \"$@\" \(redirection)"
            muted.launcher = ["/bin/bash", "-c", script]
            let metrics = "\(folder)/cleanup.prom"
            let run = try await muted.run("run", "--force", "--log-level", "debug", "--metrics-file", metrics)
            #expect(run.code == code, "\(run.errorText)")
            #expect(try Self.names(folder).isEmpty)
            let told = try await Exposition(checking: try String(contentsOfFile: metrics, encoding: .utf8), .text)
            #expect(told.sum("cleanup_items_deleted_total", task: "old") == 40)
            // Nothing that was meant for people is in the state.
            #expect(try await cleanupd.run("plan").code == 0)
        }
    }

    @Test func aRunThatIsRefusedSaysSoThoughItsListingIsLost() async throws {
        try await Self.withWorld(limits: "{ max_items: 10 }") { folder, cleanupd in
            var muted = cleanupd
            muted.launcher = ["/bin/bash", "-c", "\"$0\" \"$@\" > /dev/full"]
            let run = try await muted.run("run", "--force", "--metrics-file", folder + "/nowhere/cleanup.prom")
            #expect(run.code == 4)
            #expect(try Self.names(folder).count == 40)
            for word in ["output", "nowhere"] { #expect(run.errorText.contains(word), "\(run.errorText)") }
        }
    }

    @Test(arguments: ["> /dev/full", ">&-"])
    func whatIsAppliedWithoutAWordIsAppliedAndSaidToBeLost(redirection: String) async throws {
        try await Self.withWorld { folder, cleanupd in
            let saved = try await cleanupd.run("plan", "--save").check()
            let id = try #require(saved.text.firstMatch(of: /[0-9a-f]{12}-[0-9a-f]{12}/)).output
            var muted = cleanupd
            muted.launcher = ["/bin/bash", "-c", "\"$0\" \"$@\" \(redirection)"]
            let apply = try await muted.run("apply", String(id))
            #expect(apply.code == 1, "\(apply.errorText)")
            #expect(apply.errorText.contains("output"), "\(apply.errorText)")
            #expect(try Self.names(folder).isEmpty)
        }
    }

    @Test(arguments: ["2> /dev/full", "2>&-", "2> >(true)"])
    func aServiceGoesOnWhereNothingCanBeSaid(redirection: String) async throws {
        try await Self.withWorld { folder, cleanupd in
            var muted = cleanupd
            let script = """
                "$0" "$@" \(redirection) & service=$!
                while [ -n "$(ls '\(folder)/data')" ] && kill -0 $service; do sleep 0.1; done
                kill -TERM $service; wait $service
                """
            muted.launcher = ["/bin/bash", "-c", script]
            let service = try await muted.run("serve", "--log-level", "debug")
            #expect(service.code == 0, "\(service.errorText)")
            #expect(try Self.names(folder).isEmpty)
        }
    }

    /// Forty files that are due.
    private static func withWorld(
        limits: String = "{}",
        _ body: (String, CleanupdProcess) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { url in
            let folder = url.path
            try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
            for number in 0..<40 {
                let file = "\(folder)/data/\(number).tmp"
                try Data("x".utf8).write(to: URL(fileURLWithPath: file))
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
                    ofItemAtPath: file
                )
            }
            let text = """
                state: "sqlite:\(folder)/state.db"
                http: { listen: 127.0.0.1:0 }
                grace: 0s
                connections: { data: { url: "file://\(folder)/data" } }
                cycles: { all: { every: 1h, at_start: true, tasks: [old] } }
                tasks:
                  old: { files: { in: data }, remove: { older_than: 1h }, limits: \(limits) }
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/cleanup.yaml"))
            try await body(folder, CleanupdProcess(environment: ["CLEANUPD_CONFIG": "\(folder)/cleanup.yaml"]))
        }
    }

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/data")
    }
}
