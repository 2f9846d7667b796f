import Foundation
import Support
import Testing

@testable import Clients

/// What is JSON, and what is not.
struct JSONScannerTests {
    /// 4,000 documents, half of them damaged: wherever Foundation and Python agree, so does the scanner.
    @Test func agreesWithFoundationAndPython() async throws {
        let seed: UInt64 = 8259
        var maker = JSONTextMaker(random: SeededGenerator(seed: seed))
        var texts: [[UInt8]] = []
        for _ in 0..<2_000 {
            let text = maker.space() + maker.value() + maker.space()
            texts.append(Array(text.utf8))
            texts.append(maker.damaged(text))
        }
        let python = try await Self.python(texts)
        var (agreed, sound) = (0, 0)
        for (text, python) in zip(texts, python) where Self.foundation(text) == python {
            agreed += 1
            if python { sound += 1 }
            for pieces in [1, 7, 1 << 20] {
                #expect(
                    isSound(text, pieces: pieces) == python,
                    "\(PathText(text)) in pieces of \(pieces), seed \(seed)"
                )
            }
        }
        #expect(agreed > 3_800, "they agree on \(agreed)")
        #expect(sound > 2_000 && agreed - sound > 1_000, "\(sound) of \(agreed) are sound")
    }

    @Test(arguments: [
        "0", "-0.0e-0", " [ ] ", "{}", "\"\"", "\"\\ud800\"", "[1,2]", "{\"a\":{\"a\":[]}}", "{\"a\":1,\"a\":2}",
        "1e999",
        "123456789012345678901234567890.5", "\"\\u0000\"", "\"\u{7F}\"", "\"\u{10FFFF}\"", "\r\n\t null \r\n",
    ])
    func takesWhatTheStandardAllows(_ text: String) {
        for pieces in [1, 2, 1 << 20] { #expect(isSound(Array(text.utf8), pieces: pieces)) }
    }

    @Test(arguments: [
        "", " ", "nul", "True", "NaN", "Infinity", "+1", "01", "-", "-01", "1.", ".5", "1e", "1e+", "0x10", "1_000",
        "'a'",
        "\"", "\"\\x41\"", "\"\\u12g4\"", "\"\\u12\"", "\"\n\"", "\"\u{1F}\"", "[", "]", "[1,]", "[,1]", "[1 2]", "{",
        "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "[1]]", "{}{}", "1 2", "// c\n1", "/**/1",
        "[1}", "{]",
        "\u{FEFF}1", "\u{A0}1", "\u{0}",
    ])
    func refusesEverythingElse(_ text: String) {
        for pieces in [1, 2, 1 << 20] { #expect(!isSound(Array(text.utf8), pieces: pieces)) }
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE2, 0x28, 0xA1], [0xE2, 0x82], [0xFF],
        ] as [[UInt8]]
    )
    func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
        #expect(!isSound([0x22] + bytes + [0x22]))
        #expect(!isSound([0x22] + bytes + [0x22], pieces: 1))
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(isSound(nested(JSONScanner.maximumDepth)))
        #expect(!isSound(nested(JSONScanner.maximumDepth + 1)))
        #expect(!isSound(Array(String(repeating: "[", count: 1_000_000).utf8)))
        #expect(!isSound(Array(String(repeating: "{\"a\":", count: 100_000).utf8)))
    }

    private static func foundation(_ text: [UInt8]) -> Bool {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
            return true
        } catch {
            return false
        }
    }

    /// One line of `0` and `1`, a digit for each text.
    private static func python(_ texts: [[UInt8]]) async throws -> [Bool] {
        let script = """
            import json, sys
            def refuse(word): raise ValueError(word)
            def sound(data):
                try: json.loads(data.decode("utf-8"), parse_constant=refuse)
                except ValueError: return "0"
                return "1"
            print("".join(sound(bytes.fromhex(line)) for line in sys.stdin))
            """
        let input = texts.map { text in text.map { String(format: "%02x", $0) }.joined() + "\n" }.joined()
        let result = try await Command.run(FastRules.python, ["-c", script], input: Data(input.utf8)).check()
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines).map { $0 == "1" }
    }
}
