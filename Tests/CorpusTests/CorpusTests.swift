import Foundation
import FuzzTargets
import Testing

/// What the fuzzer has found and kept, run by the tests, too: a finding that was mended stays mended.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fuzz/corpus").standardizedFileURL

    @Test(arguments: FuzzTarget.all.map(\.name))
    func holdsForAllThatIsKept(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = Self.folder.appending(path: name)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty, "\(folder.path) is empty; run make fuzz")
        for file in files {
            do {
                try target.run(Array(Data(contentsOf: file)))
            } catch {
                Issue.record("\(name)/\(file.lastPathComponent): \(error)")
            }
        }
    }

    @Test func everyCorpusHasItsTarget() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    }
}
