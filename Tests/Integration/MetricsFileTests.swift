import Foundation
import Glibc
import Support
import Testing

/// What `run --metrics-file` says of schedules beside a service, and without one.
@Suite(.timeLimit(.minutes(5)))
struct MetricsFileTests {
    private static let series = #"cleanup_task_first_scheduled_timestamp_seconds{task="tmp_dirs"}"#

    private static func configuration(_ schedule: String) -> String {
        """
        state: "sqlite:${CLEANUP_STATE}"
        http: { listen: "${CLEANUP_LISTEN}" }
        connections: { data: { url: "file://${DATA_DIR}" } }
        cycles: { deep: { \(schedule), tasks: [tmp_dirs] } }
        tasks:
          tmp_dirs:
            files: { in: data, path: tmp, type: directory, depth: 1 }
            remove: { older_than: 60m }
        """
    }

    @Test func onlyWithoutAServiceDoesACommandSaySinceWhenATaskIsDue() async throws {
        try await Example.with("hivesync", roots: ["DATA_DIR": "."]) { original in
            let file = original.folder.appendingPathComponent("cleanup.yaml")
            let metrics = original.folder.appendingPathComponent("cleanup.prom")
            let example = original.setting(["CLEANUPD_CONFIG": file.path])
            try Data(Self.configuration("schedule: \"0 0 1 1 *\"").utf8).write(to: file)
            let ofService = try await withServe(example.cleanupd) { serve in
                func firstScheduled() async throws -> Double {
                    let body = try await serve.request("/metrics").body
                    return try #require(try await Exposition(checking: body, .text)[Self.series])
                }
                let first = try await firstScheduled()
                // A file that the service has not read yet.
                try Data(Self.configuration("every: 1h").utf8).write(to: file)
                let run = try await example.cleanupd.run("run", "tmp_dirs", "--json", "--metrics-file", metrics.path)
                #expect(run.code == 0, "\(run.errorText)")
                #expect(try await example.metrics(metrics)[Self.series] == first)
                #expect(await serve.terminate().code == 0)
                return first
            }
            // The same once the service is gone.
            let run = try await example.cleanupd.run("run", "tmp_dirs", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 0, "\(run.errorText)")
            let ofCommand = try #require(try await example.metrics(metrics)[Self.series])
            #expect(ofCommand > ofService)
            _ = try await example.cleanupd.run("run", "tmp_dirs", "--json", "--metrics-file", metrics.path)
            #expect(try await example.metrics(metrics)[Self.series] == ofCommand)
        }
    }
}
