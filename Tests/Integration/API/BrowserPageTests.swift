import Foundation
import Support
import Testing

/// The page at work in a real browser, before the real service: Tests/Browser.
@Suite(.timeLimit(.minutes(20)))
struct BrowserPageTests {
    @Test func thePageDoesWhatItSaysInARealBrowser() async throws {
        let script = Project.file("Tests/Browser/page_tests.py").path
        var environment = ProcessInfo.processInfo.environment
        environment["CLEANUPD_BINARY"] = try CleanupdProcess.binary()
        let result = try await Command.run(FastRules.python, [script], environment: environment)
        #expect(result.code == 0, "\(result.text)\(result.errorText)")
        // One line each.
        #expect(result.text.split(separator: "\n").count >= 45, "\(result.text)")
    }
}
