import CleanupConfiguration
import Foundation
import Support
import Testing

@Suite(.tags(.p3)) struct MutationTests {
    private static let pieces = [
        "", " ", "\n", "\t", ":", ": ", "- ", "[", "]", "{", "}", ",", "\"", "'", "#", "&a ", "*a", "!x ", "|", ">",
        "%", "? ",
        "---\n", "...\n", "<<: ", "${", "${A}", "${A:-", "0", "-1", "null", "true", "\u{E000}", "é", "\u{0}", "\\",
        "..", "/", ";", ":now", "(", ")", "$$", "--", "/*", "*/", "E'", "postgres://", "now()",
        "9999999999999999999999", "1e9", "~", "@", "`", "\r", "\u{85}", "\u{2028}", "\u{FEFF}",
    ]

    private static func mutate(_ text: [Unicode.Scalar], with generator: inout SeededGenerator) -> String {
        var scalars = text
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let start = Int.random(in: 0..<scalars.count, using: &generator)
            let length = Int.random(in: 0...min(12, scalars.count - start), using: &generator)
            let piece = pieces.randomElement(using: &generator) ?? ""
            scalars.replaceSubrange(start..<start + length, with: Array(piece.unicodeScalars))
            if scalars.isEmpty { scalars = ["a"] }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// A damaged file is read or refused, but never brings the process down, and problems lie within the file.
    @Test(arguments: ["full", "rows", "remote"])
    func damagedFilesAreReadOrRefused(name: String) throws {
        let url = CaseFile.folder.appending(path: "good/\(name).yaml")
        let text = Array(try String(contentsOf: url, encoding: .utf8).unicodeScalars)
        var generator = SeededGenerator(seed: Scale.seed(20_260_102))
        var refused = 0
        for round in 0..<rounds {
            let seed = generator.state
            let mutated = Self.mutate(text, with: &generator)
            do {
                _ = try GoodFileTests.load(mutated)
            } catch let error as ConfigurationErrors {
                refused += 1
                let lines =
                    mutated.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } + 1
                let isWithin = error.problems.allSatisfy { (1...lines + 1).contains($0.line) && $0.column >= 1 }
                #expect(isWithin, "round \(round), generator state \(seed): \(error)")
                #expect(!error.problems.isEmpty, "round \(round), generator state \(seed)")
            }
        }
        #expect(refused > rounds / 2)
    }

    private let rounds = Scale.rounds(1_000, nightly: 100_000)
}
