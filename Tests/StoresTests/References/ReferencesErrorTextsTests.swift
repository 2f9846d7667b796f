import Retention
import Support
import Testing

@testable import Stores

/// Why answers of references are not believed, to the letter.
@Suite("References: texts of errors")
struct ReferencesErrorTextsTests {
    private static let nothing = "Nothing was removed."

    // MARK: How many

    @Test func anAnswerThatShrankIsRefusedInWords() {
        let rules = ReferenceRules(isOrphan: true)
        #expect(
            errorText { try rules.require(0, of: "The reference main", after: nil, isForced: false) }
                == "The reference main names nothing: what it does not name would go. \(Self.nothing) If that is right, "
                + "say references: { allow_empty: true } in this task."
        )
        #expect(
            errorText { try rules.require(4, of: "The reference main", after: 10, isForced: false) }
                == "The reference main names 4, after 10 the last time: what it does not name would go. \(Self.nothing) "
                + "If that is right, run the task once with --force on a terminal, or lower references.min_ratio (0.5)."
        )
    }

    @Test func referencesThatMeetNothingAreRefusedInWords() throws {
        let world = try ReferencesWorld(["a", "b"])
        var rules = ReferenceRules(isOrphan: true)
        rules.mustMeet = true
        #expect(
            errorText { _ = try world.holds(world.store([.naming(["x"])], rules: rules)) }
                == "The references name 1 things, and none of the 2 items that are there: what is listed would all go. "
                + "\(Self.nothing) Do they name items as they are listed here, and not by URLs or other paths? If that is "
                + "right, say references: { allow_empty: true }."
        )
    }

    // MARK: What they name

    @Test(arguments: [
        ("a\0b", "a\\x00b", "contains a zero byte"),
        ("../x", "../x", "contains .., so that what it names cannot be told; let the query give plain paths"),
        ("https://x/a", "https://x/a", "is a URL and no path; let the query give paths"),
        (".", ".", "names the root itself, so that nothing could ever go; correct the query"),
        (
            "/etc/passwd", "/etc/passwd",
            "lies outside of the root ROOT and its aliases, and so would protect nothing; add the prefix to the "
                + "connection's aliases, or correct the query"
        ),
    ])
    func aNameThatProtectsNothingIsRefusedInWords(_ value: String, _ shown: String, _ finding: String) throws {
        let world = try ReferencesWorld(["a"])
        let text = errorText { _ = try world.holds(world.store([.naming([value])])) }
        #expect(
            text?.replacing(world.root, with: "ROOT")
                == "The reference main names \"\(shown)\", which \(finding). \(Self.nothing)"
        )
    }

    // MARK: Sources that fail

    private struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    @Test(arguments: ["The server is away", "The server is away."])
    func aSourceThatFailsIsSaidInWords(_ cause: String) throws {
        let world = try ReferencesWorld(["a"])
        let broken = Reference(id: "r", label: "main") { _ in throw Broken(description: cause) }
        #expect(
            errorText { _ = try world.holds(world.store([broken])) }
                == "The reference main could not be read, so that nobody knows what is still needed: The server is away. "
                + Self.nothing
        )
    }

    // MARK: Containers

    @Test func aContainerThatIsAnotherByNowIsSaidInWords() {
        let planned = ContainerVersion(Array("exited\u{0}1\u{0}20\u{0}30\u{0}bot".utf8)[...])
        let texts = [
            ("running\u{0}1\u{0}20\u{0}30\u{0}bot", "it is running and not exited any more"),
            ("exited\u{0}1\u{0}20\u{0}30\u{0}other", "it has another name"),
            ("exited\u{0}1\u{0}20\u{0}40\u{0}bot", "it has run since the plan"),
            ("exited\u{0}2\u{0}20\u{0}30\u{0}bot", "it is not as it was planned"),
        ]
        for (now, expected) in texts {
            #expect(planned.difference(to: ContainerVersion(Array(now.utf8)[...])) == expected)
        }
    }

    @Test func moreThanIsHeldAtOnceIsRefusedInWords() {
        #expect(
            StoreError.tooManyNames("The reference main", most: 1_000).description
                == "The reference main names more than 1000 things, which are not held at once. \(Self.nothing) Narrow it, or "
                + "let it name each only once."
        )
    }

    // MARK: Lists

    @Test func itemsThatNoListNamesSaySo() {
        #expect(ListedWords.notNamed == "not among what listed_by names")
        #expect(ListedWords.noLongerNamed == "listed_by names it no longer; it stays")
    }
}
