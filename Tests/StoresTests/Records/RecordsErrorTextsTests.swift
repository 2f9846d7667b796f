import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// What is said of records that stay, and of files that cannot be read, to the letter.
struct RecordsErrorTextsTests {
    private static let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 3_600_000, text: "1h")))
    private static let old = RecordsWorld.ago(7_200)

    @Test func settingsAreRefusedInWords() {
        #expect(
            errorText { try RecordsReader(RecordsSpecification(pointer: "x")) }
                == "\"x\" is no JSON pointer. Write it as /a/b, with ~1 for a slash and ~0 for a ~."
        )
        #expect(
            errorText { try RecordsReader(RecordsSpecification(timezone: "Mars")) }
                == "The time zone \"Mars\" is not known. Write an IANA name such as Europe/Berlin, or UTC."
        )
        #expect(
            errorText { try RecordsReader(RecordsSpecification(key: "/a~")) }
                == "The field \"/a~\" begins with a slash, but is no JSON pointer. Correct it."
        )
    }

    // MARK: Corrupt ones

    private static func problems(_ text: String, _ specification: RecordsSpecification) throws -> [String] {
        let world = try RecordsWorld(text)
        return try world.plan(world.store(specification), policy).summary.errors.map(\.message)
    }

    @Test func corruptRecordsAreSaidToStay() throws {
        let time = "{\"t\":\"\(Self.old)\"}"
        let text =
            "{\"a\":5,\"b\":{},\"c\":{\"t\":\"soon\"},\"d\":\(time),\"d\":\(time),\"\":\(time),\"\\ud800\":\(time)}"
        let found = try Self.problems(text, RecordsSpecification(time: "t"))
        let stays = "is corrupt, and stays:"
        let empty = text.utf8.count - "\"\":\(time),\"\\ud800\":\(time)}".utf8.count
        let half = text.utf8.count - "\"\\ud800\":\(time)}".utf8.count
        #expect(
            Set(found) == [
                "The record a \(stays) it is not an object.", "The record b \(stays) it has no t.",
                "The record c \(stays) its t holds no time that can be read.",
                "The record d \(stays) another entry has the same name.",
                "The entry at byte \(empty) \(stays) its name is empty.",
                "The entry at byte \(half) \(stays) its name holds half of a pair of escapes.",
            ]
        )
    }

    @Test func recordsWithoutTheFieldThatNamesThemAreSaidToStay() throws {
        let text = "{\"x\":{},\"y\":{\"id\":{}}}"
        #expect(
            try Self.problems(text, RecordsSpecification(key: "id")) == [
                "The entry at byte 1 is corrupt, and stays: it has no id.",
                "The entry at byte 8 is corrupt, and stays: its id is neither a text nor a number.",
            ]
        )
    }

    @Test func elementsWithoutNamesAreRefusedInWords() throws {
        let error = #expect(throws: StoreError.self) {
            try Self.problems("[{}]", RecordsSpecification(isNamedByOthers: true))
        }
        #expect(
            error?.description
                == "The elements of an array have no names, by which this task is to know them: say \"key\", the field "
                + "that names each of them."
        )
    }

    // MARK: Removal

    private static func entry(_ name: String, _ rest: String = "") -> String {
        "\"\(name)\":{\"t\":\"\(old)\"\(rest.isEmpty ? "" : ",\(rest)")}"
    }

    @Test func recordsThatStayAreSaidInWords() throws {
        let world = try RecordsWorld("{\(Self.entry("b")),\(Self.entry("d"))}")
        let store = world.store(RecordsSpecification(time: "t"))
        let plan = try world.plan(store, Self.policy)
        try world.write("{\(Self.entry("b", "\"used\":true")),\(Self.entry("d")),\(Self.entry("d"))}")
        let results = try world.act(plan, store)
        #expect(results["b"]?.detail == "it was changed since the plan; it stays")
        #expect(results["d"]?.detail == "another entry has the same name by now; both stay")
    }

    @Test func whatRecordsOwnIsRefusedInWords() throws {
        let world = try RecordsWorld(
            "{"
                + [
                    Self.entry("odd", "\"audio\":{}"), Self.entry("up", "\"audio\":\"../x\""),
                    Self.entry("out", "\"audio\":\"/etc/passwd\""),
                ].joined(separator: ",") + "}"
        )
        let store = world.store(RecordsSpecification(time: "t"), owned: [world.audio()])
        let results = try world.act(try world.plan(store, Self.policy), store)
        let stays = "what it names stays, and so does what owns it."
        #expect(results["odd"]?.detail == "its audio does not tell what it owns; it stays")
        #expect(
            results["up"]?.detail
                == "\"../x\" contains .., so that what it names cannot be told; let the query give plain paths; \(stays)"
        )
        #expect(
            results["out"]?.detail
                == "\"/etc/passwd\" lies outside of the root \(world.root) and its aliases, and so would protect nothing; "
                + "add the prefix to the connection's aliases, or correct the query; \(stays)"
        )
    }

    // MARK: Names

    @Test func namesThatCannotBeReadAreSaidInWords() throws {
        let world = try RecordsWorld("{\"t\":[{\"f\":[\"a\",\"b\",\"c\"]}],\"u\":[{\"f\":{}}]}")
        func text(_ pointer: String) -> String? {
            errorText {
                try RecordsNames(file: world.file, pointer: pointer, field: "f").read(limit: 2, isCancelled: { false })
            }
        }
        #expect(text("x") == "\"x\" is no JSON pointer. Write it as /a/b.")
        #expect(text("/t") == "\(world.file) names more than 2 things. Name fewer.")
        #expect(
            text("/u")
                == "\(world.file): the entry at byte 32 does not tell what its f names, which might be anything. "
                + "Repair it."
        )
    }

    @Test func aNameThatIsTooLongIsSaidInWords() {
        let name = [UInt8](repeating: UInt8(ascii: "n"), count: 70_000)
        #expect(RecordsReader.tooLong(name) == "its name has 70000 bytes, more than 65535")
    }
}
