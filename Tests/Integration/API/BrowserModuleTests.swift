import Foundation
import Support
import Testing

/// The browser module at work in a real browser, with real IndexedDB: Tests/Browser.
@Suite(.timeLimit(.minutes(15)))
struct BrowserModuleTests {
    @Test func theModuleDoesWhatItSaysInARealBrowser() async throws {
        let script = Project.file("Tests/Browser/client_tests.py").path
        let result = try await Command.run(FastRules.python, [script])
        #expect(result.code == 0, "\(result.text)\(result.errorText)")
        // One line each.
        #expect(result.text.split(separator: "\n").count >= 60, "\(result.text)")
    }
}
