import Foundation
import Support
import Testing

extension ReplicaTests {
    /// `scripts/cluster-demo.sh`, which `make cluster-demo` runs.
    @Suite struct ClusterDemoTests {
        @Test func onceShowsTheHandOverAndLeavesNothing() async throws {
            var environment = ProcessInfo.processInfo.environment
            environment["CLEANUPD_BINARY"] = try CleanupdProcess.binary()
            environment["ONCE"] = "1"
            let script = Project.file("scripts/cluster-demo.sh").path
            let result = try await Command.run("/bin/bash", [script], environment: environment).check()
            let text = result.text
            let killed = try #require(text.firstMatch(of: /kill -9 of (replica [123]), which leads/), "\(text)")
            let next = try #require(
                text.firstMatch(of: /(replica [123]) leads, ([0-9.]+) s later, with epoch 2/),
                "\(text)"
            )
            #expect(next.1 != killed.1)
            // A lock lasts three seconds there.
            #expect(try #require(Double(next.2)) < 5)
            #expect(text.contains("all rows are gone, and each job has ended once"), "\(text)")
            for port in text.matches(of: /127\.0\.0\.1:([0-9]+)\/metrics/).compactMap({ Int($0.1) }) {
                #expect(try await Loopback.status(port: port, "/") == 0)
            }
        }
    }
}
