import Foundation
import Support
import Testing

struct AlertProofTests {
    @Test(.tags(.m8)) func everyAlertHasAFaultOrAReason() throws {
        let folder = Project.file("alerts/rules")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var names: Set<String> = []
        for file in files where file.pathExtension == "yml" {
            let text = try String(contentsOf: file, encoding: .utf8)
            names.formUnion(text.matches(of: /- alert: (\w+)/).map { String($0.1) })
        }
        #expect(names.count > 20)
        #expect(names == Set(AlertProof.all.keys))
        let made = [AlertProof.ofTasks, AlertProof.ofService, AlertProof.ofReplicas, AlertProof.ofClock]
        #expect(made.map(\.count).reduce(0, +) >= 20)
    }
}
