import Foundation
import Support
import Testing

/// `scripts/monitoring-demo.sh`, which `make monitoring-demo` runs.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct MonitoringDemoTests {
    private static let script = Project.file("scripts/monitoring-demo.sh").path

    @Test func onceEndsAfterAScrapeAndAQueryAndLeavesNothing() async throws {
        var environment = ProcessInfo.processInfo.environment
        environment["CLEANUPD_BINARY"] = try CleanupdProcess.binary()
        environment["ONCE"] = "1"
        let result = try await Command.run("/bin/bash", [Self.script], environment: environment).check()
        #expect(result.text.contains(/Prometheus says: [1-9][0-9]* items were deleted/))
        try await Self.expectNobodyAnswers(try Self.ports(in: result.text))
    }

    @Test func runsUntilInterruptedAndEndsItsChildren() async throws {
        var options = MonitoringStack.Options()
        options.divisor = nil
        try await withMonitoring(options) { stack in
            let environment = ["CLEANUPD_BINARY": try CleanupdProcess.binary()]
            let demo = stack.child("demo", ["/bin/bash", Self.script], environment: environment)
            try demo.start()
            let isUp = try await eventually(seconds: 120) { demo.log.contains("Until Ctrl-C") ? true : nil }
            #expect(isUp == true, "\(demo.log)")
            let ports = try Self.ports(in: demo.log)
            #expect(try await Loopback.status(port: ports[0], "/metrics") == 200)
            #expect(try await Loopback.status(port: ports[1], "/-/ready") == 200)
            #expect(try await Loopback.status(port: ports[2], "/-/ready") == 200)
            #expect(try await demo.stop(SIGINT) == 130)
            try await Self.expectNobodyAnswers(ports)
        }
    }

    /// Of cleanupd, Prometheus and Alertmanager.
    private static func ports(in text: String) throws -> [Int] {
        let ports = text.matches(of: /http:\/\/127\.0\.0\.1:([0-9]+)/).compactMap { Int($0.1) }
        guard ports.count == 3 else { throw SupportError("not three addresses: \(text)") }
        return ports
    }

    private static func expectNobodyAnswers(_ ports: [Int]) async throws {
        for port in ports { #expect(try await Loopback.status(port: port, "/") == 0) }
    }
}
