import ArgumentParser
import Testing

@testable import cleanupd

/// What `--help` and the manual show as examples can be typed as it stands.
@Suite struct HelpExamplesTests {
    /// A terminal is as wide as this, and a line that reaches its end is broken where nobody can copy it any more.
    private static let width = 80

    @Test func eachCommandHasTwoExamplesThatItsParserTakes() {
        for command in Self.all(from: Cleanupd.self) {
            let name = command.configuration.commandName ?? "\(command)"
            let examples = Self.examples(in: command.configuration.discussion)
            #expect(examples.count >= 2, "\(name) --help has too few examples")
            #expect(Set(examples).count == examples.count, "\(name) --help has an example twice")
            for example in examples {
                #expect(example.count + 2 < Self.width, "\(name) --help: too wide: \(example)")
                Self.parse(example, as: command)
            }
        }
    }

    @Test func examplesAreReadAsAShellReadsThem() {
        #expect(Self.words(of: "a \"b c\"  d # e") == ["a", "b c", "d"])
        #expect(Self.words(of: "a b#c | d") == ["a", "b#c"])
        #expect(Self.words(of: "a \"\" > b") == ["a", ""])
        #expect(Self.examples(in: "Text.\n\nExamples:\n  a\n  b\n\nMore.\n  c") == ["a", "b"])
        #expect(Self.examples(in: "Text.") == [])
    }

    /// The program itself and all its commands, also those that no list shows.
    private static func all(from command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap { all(from: $0) }
    }

    /// Nothing is run. The examples of the program itself are those of its commands.
    private static func parse(_ example: String, as command: any ParsableCommand.Type) {
        let words = words(of: example)
        #expect(words.first == "cleanupd", "\(example)")
        do {
            let parsed = try Cleanupd.parseAsRoot(GlobalArguments.reordered(Array(words.dropFirst())))
            let isMeant = type(of: parsed) == command || command == Cleanupd.self
            #expect(isMeant, "\(example) is \(type(of: parsed))")
        } catch {
            Issue.record("\(example): \(Cleanupd.message(for: error))")
        }
    }

    /// The lines beneath `Examples:`.
    private static func examples(in discussion: String) -> [String] {
        discussion.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0 != "Examples:" }
            .dropFirst()
            .prefix { $0.hasPrefix("  ") }
            .map { String($0.dropFirst(2)) }
    }

    /// Up to a comment, a pipe or a redirection.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
                word = word ?? ""
            } else if isQuoted {
                word = (word ?? "") + String(character)
            } else if character == " " {
                if let word { words.append(word) }
                word = nil
            } else if word == nil, "#|>".contains(character) {
                return words
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + [word].compactMap(\.self)
    }
}
