import Foundation
import Support
import Testing

@testable import Clients

/// What is said of JSON files that cannot be read or rewritten, to the letter.
@Suite struct JSONFileErrorTextsTests {
    // MARK: Text

    /// What is wrong with a value; with a pointer, of what it leads to.
    private static func finding(_ text: [UInt8], _ pointer: String? = nil) -> String {
        do {
            try text.withUnsafeBytes { bytes in
                let scanner = JSONScanner(bytes)
                if let pointer {
                    try JSONEntries(pointer: try #require(JSONPointer(pointer))).scan(scanner) { _ in }
                } else {
                    try scanner.skipValue(depth: 0)
                }
            }
            return "nothing"
        } catch let fault as JSONFault {
            return fault.finding
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("", "the text ends where a value should stand"), ("[1,]", "\"]\" stands where a value should"),
        ("{a:1}", "\"a\" stands where a name in quotes should"), ("{\"a\" 1}", "\"1\" stands where a colon should"),
        ("{\"a\":1 x}", "\"x\" stands where a comma or a closing brace should"),
        ("[1 2]", "\"2\" stands where a comma or a closing bracket should"),
        ("\"a", "the text ends where the end of a string should stand"),
        ("\"\u{1}\"", "the byte 1 stands where an escape of a control character should"),
        ("\"\\x\"", "\"x\" stands where an escape should"),
        ("\"\\u12g4\"", "\"g\" stands where a hexadecimal digit should"),
        ("-", "the text ends where a digit should stand"), ("tru}", "\"}\" stands where true, false or null should"),
        (String(repeating: "[", count: 513), "arrays and objects are nested more than 512 deep"),
    ])
    func aFaultIsSaidInWords(_ text: String, _ expected: String) {
        #expect(Self.finding(Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        ("{} x", "", "\"x\" stands where the end of the text should"),
        ("5", "", "the pointer leads to what is neither an object nor an array"),
        ("{\"a\":1}", "/b", "the pointer leads nowhere: what begins here has no \"b\""),
        ("{\"a\":{},\"\\u0061\":{}}", "/a", "the pointer leads to this place and to one before it"),
    ])
    func aPointerThatFailsIsSaidInWords(_ text: String, _ pointer: String, _ expected: String) {
        #expect(Self.finding(Array(text.utf8), pointer) == expected)
    }

    @Test func bytesThatAreNoTextAreSaidInWords() {
        #expect(Self.finding([0x22, 0xC0, 0x80]) == "the byte C0 stands where UTF-8 should")
    }

    // MARK: System calls

    @Test(
        arguments: [
            (ENOENT, "is not there. Correct the connection's url, or say optional: true."),
            (ELOOP, "is a symlink, which is never followed. Name the file itself."),
            (EXDEV, "is a mount of its own, so that it cannot be replaced. Mount its directory instead."),
            (EACCES, "cannot be opened: Permission denied. Let the user that cleanupd runs as read it."),
            (EIO, "cannot be opened: Input/output error."),
        ] as [(Int32, String)]
    )
    func aFileThatCannotBeOpenedIsSaidInWords(_ errno: Int32, _ expected: String) {
        #expect(JSONFileError(opening: "/a.json", SystemError(errno)).description == "/a.json \(expected)")
    }

    @Test(
        arguments: [
            (EACCES, "Permission denied. Let the user that cleanupd runs as write to its directory, and own it."),
            (EROFS, "Read-only file system. Its file system is mounted read-only."),
            (ENOSPC, "No space left on device. Its disk is full: free as much room as the file takes."),
            (
                EINVAL,
                "Invalid argument. Its file system cannot exchange two files (renameat2): move it to another."
            ),
            (EIO, "Input/output error. The next run tries again."),
        ] as [(Int32, String)]
    )
    func aFileThatCannotBeRewrittenIsSaidInWords(_ errno: Int32, _ expected: String) {
        #expect(
            JSONFileError(.writing, "/a.json", SystemError(errno)).description
                == "/a.json cannot be rewritten, and is as it was; writing the new file: \(expected)"
        )
    }

    @Test func otherFailuresAreSaidInWords() {
        #expect(
            JSONFileError(reading: "/a.json", SystemError(EIO)).description
                == "/a.json cannot be read: Input/output error."
        )
        #expect(
            JSONFileError(fixed: "/a.json").description
                == "/a.json cannot be rewritten, and is as it was: it is immutable or append-only. "
                + "Take the attribute away (chattr -i -a)."
        )
    }

    // MARK: Places

    private static func refusal(_ path: String) -> String? {
        errorText { _ = try JSONFilePlace(path: path) }
    }

    @Test func aPlaceThatIsNoneIsRefusedInWords() {
        let long = "/tmp/" + String(repeating: "n", count: 151)
        for path in ["tokens.json", long] {
            #expect(
                Self.refusal(path)
                    == "\(path) cannot be the path of a JSON file: it must be absolute, and its name have at most "
                    + "150 bytes."
            )
        }
        #expect(
            Self.refusal("/no/such/tokens.json")
                == "/no/such/tokens.json cannot be reached: The root /no/such does not exist. Create the directory, "
                + "or correct the connection's url."
        )
    }

    // MARK: Files

    private static func refusal(of world: JSONFileWorld) -> String? {
        errorText { try world.remove { _ in true } }
    }

    @Test func aFileThatMayNotBeRewrittenIsSaidInWords() throws {
        let world = try JSONFileWorld("{\n  \"a\": 1,\n  \"b\": tru\n}")
        #expect(
            Self.refusal(of: world)
                == "\(world.path) is left as it is; line 3, column 11: the byte A stands where true, false or null "
                + "should. Repair it, or correct the pointer."
        )
        try world.write("{\"a\":1}")
        #expect(link(world.path, world.folder.file("hard.json")) == 0)
        #expect(
            Self.refusal(of: world)
                == "\(world.path) has 2 hard links, which replacing it would part. Remove its other names."
        )
        #expect(unlink(world.path) == 0 && mkdir(world.path, 0o700) == 0)
        #expect(Self.refusal(of: world) == "\(world.path) is not a regular file. Name the JSON file itself.")
    }

    @Test func aFileThatChangesWhileItIsReadIsSaidInWords() throws {
        let world = try JSONFileWorld("{\"a\":1}")
        let reader = JSONFileReader(try JSONFilePlace(path: world.path), pointer: try #require(JSONPointer("")))
        var spaces = ""
        let each = #expect(throws: JSONFileError.self) {
            try reader.read(isCancelled: { false }) { _ in
                spaces += " "
                try world.write("{\"a\":1}" + spaces)
            }
        }
        #expect(
            each?.description == "\(world.path) was changed each time while it was read. Try again later."
        )
        let second = #expect(throws: JSONFileError.self) {
            try reader.readTwice(isCancelled: { false }, start: {}, first: { _ in }) { _ in
                spaces += " "
                try world.write("{\"a\":1}" + spaces)
            }
        }
        #expect(second?.description == "\(world.path) was written to while it was read. Try again later.")
    }

    @Test func whatACrashLeftAndNobodyKnowsIsSaidInWords() throws {
        let world = try JSONFileWorld()
        let name = ".cleanupd-run-0000000000000001-0000000000000002.tokens.json.json.part"
        try Data("{}".utf8).write(to: URL(fileURLWithPath: world.folder.file(name)))
        #expect(
            try world.sweep().warnings == [
                "Beside \(world.path), \(name) stays: somebody wrote it at the moment of a crash, and it is not what "
                    + "tokens.json is now. Look at it."
            ]
        )
    }
}
