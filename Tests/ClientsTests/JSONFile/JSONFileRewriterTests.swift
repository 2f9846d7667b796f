import Foundation
import Support
import Testing

@testable import Clients

/// What is left of a JSON file of which entries were removed.
struct JSONFileRewriterTests {
    /// 300 random files: the rest is the same, to the byte.
    @Test func everythingElseStaysToTheByte() throws {
        let seed: UInt64 = 6901
        var maker = JSONTextMaker(random: SeededGenerator(seed: seed))
        let world = try JSONFileWorld()
        for round in 0..<300 {
            let count = Int.random(in: 0..<8, using: &maker.random)
            let members = (0..<count).map { "\"k\($0)\"\(maker.space()):\(maker.space())\(maker.value())" }
            let going = Set((0..<count).filter { _ in maker.random.oneIn(2) })
            let head = maker.space() + "{" + maker.space() + "\"before\":" + maker.value() + ",\"t\":{"
            let tail = "}" + maker.space() + ",\"after\":" + maker.value() + "}" + maker.space()
            let gaps = (0...count).map { _ in maker.space() }
            let body = zip(gaps, members).map { $0 + $1 }.joined(separator: ",") + (gaps.last ?? "")
            try world.write(head + body + tail)
            try world.remove(pointer: "/t") { name in going.contains { "k\($0)" == name } }
            let text = try world.text
            let comment: Comment = "round \(round), seed \(seed): \(head + body + tail) became \(text)"
            #expect(text.hasPrefix(head) && text.hasSuffix(tail), comment)
            var left: [String] = []
            try Array(text.utf8).withUnsafeBytes { bytes in
                try JSONEntries(pointer: try #require(JSONPointer("/t"))).scan(JSONScanner(bytes)) {
                    left.append(String(decoding: $0.bytes, as: UTF8.self))
                }
            }
            #expect(left == (0..<count).filter { !going.contains($0) }.map { members[$0] }, comment)
            #expect(try world.names == ["tokens.json"])
        }
    }

    @Test func indentationAndCommasStayAsAPersonWouldHaveThem() throws {
        let world = try JSONFileWorld("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n")
        try world.remove { $0 == "b" }
        #expect(try world.text == "{\n  \"a\": 1,\n  \"c\": 3\n}\n")
        try world.remove { $0 == "c" }
        #expect(try world.text == "{\n  \"a\": 1\n}\n")
        try world.remove { $0 == "a" }
        #expect(try world.text == "{\n  \n}\n")
    }

    @Test func modeOwnerAndAttributesAreKept() async throws {
        try #require(geteuid() == 0, "Giving a file to somebody else needs root.")
        let world = try JSONFileWorld("{\"a\":1,\"b\":2}")
        #expect(chown(world.path, 1234, 2345) == 0)
        #expect(chmod(world.path, 0o640) == 0)
        let give = "import os,sys; os.setxattr(sys.argv[1], 'user.origin', b'here')"
        try await Command.run(FastRules.python, ["-c", give, world.path]).check()
        _ = try await onThread { try world.remove { $0 == "a" } }
        var info = stat()
        #expect(stat(world.path, &info) == 0)
        #expect(info.st_uid == 1234 && info.st_gid == 2345 && info.st_mode & 0o7777 == 0o640)
        let show = "import os,sys; print(os.getxattr(sys.argv[1], 'user.origin').decode())"
        #expect(try await Command.run(FastRules.python, ["-c", show, world.path]).check().text == "here\n")
        #expect(try world.text == "{\"b\":2}")
    }

    @Test func nothingToRemoveLeavesTheVeryFile() throws {
        let world = try JSONFileWorld("{\"a\":1}")
        var (before, after) = (stat(), stat())
        stat(world.path, &before)
        try world.remove { _ in false }
        stat(world.path, &after)
        #expect(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
        #expect(try world.names == ["tokens.json"])
    }

    @Test(arguments: ["", "{\"a\":1", "[1]x", "{\"a\":1,\"a\"}", "\"text\"", "{\"a\":\"\u{1}\"}"])
    func wholeThatIsCorruptIsNeverRewritten(_ text: String) throws {
        let world = try JSONFileWorld(text)
        let error = #expect(throws: JSONFileError.self) { try world.remove { _ in true } }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("line 1, column") == true, "\(error?.message ?? "")")
        #expect(try world.text == text)
        #expect(try world.names == ["tokens.json"])
    }

    @Test func faultNamesLineAndColumn() throws {
        let world = try JSONFileWorld("{\n  \"a\": 1,\n  \"b\": tru\n}")
        let error = #expect(throws: JSONFileError.self) { try world.remove { _ in true } }
        #expect(
            error?.message.contains("line 3, column 11: the byte A stands where true, false or null should") == true
        )
    }

    @Test func linkIsNeitherFollowedNorParted() throws {
        let world = try JSONFileWorld("{\"a\":1}")
        let hard = world.folder.file("hard.json")
        #expect(link(world.path, hard) == 0)
        #expect(#expect(throws: JSONFileError.self) { try world.remove { _ in true } }?.code == .denied)
        #expect(unlink(hard) == 0 && rename(world.path, hard) == 0 && symlink(hard, world.path) == 0)
        #expect(#expect(throws: JSONFileError.self) { try world.remove { _ in true } }?.code == .denied)
        #expect(try String(contentsOfFile: hard, encoding: .utf8) == "{\"a\":1}")
    }

    @Test func missingFileAndFolderAreSaidToBe() throws {
        let world = try JSONFileWorld()
        #expect(unlink(world.path) == 0)
        #expect(#expect(throws: JSONFileError.self) { try world.remove { _ in true } }?.code == .missing)
        let path = world.folder.file("none/x.json")
        #expect(#expect(throws: JSONFileError.self) { _ = try JSONFilePlace(path: path) }?.code == .missing)
    }

    /// A file that is mounted over it for a moment changes nothing of the file itself.
    @Test func whoeverWasToldThatTheFileIsAnotherOneIsAskedAnew() throws {
        try #require(geteuid() == 0, "Mounting a file needs root.")
        let world = try JSONFileWorld("{\"a\":1,\"b\":2}")
        let other = world.folder.file("other")
        try Data("{}".utf8).write(to: URL(fileURLWithPath: other))
        var answers: [Bool] = []
        try JSONFileRewriter(
            try JSONFilePlace(path: world.path),
            pointer: try #require(JSONPointer("")),
            run: "r"
        ).remove(
            isCancelled: { false },
            start: {},
            look: { entry, _ in entry.name == .text([0x61]) ? 1 : nil },
            decide: { tokens, isStill in
                if answers.isEmpty { #expect(mount(other, world.path, nil, UInt(MS_BIND), nil) == 0) }
                answers.append(try isStill())
                if answers.count == 1 { #expect(umount2(world.path, Int32(MNT_DETACH)) == 0) }
                return answers.last == true ? Set(tokens) : []
            }
        )
        #expect(answers == [false, true])
        #expect(try world.text == "{\"b\":2}")
    }

    @Test func roomThatIsReservedAndNotNeededIsGivenBack() throws {
        let world = try JSONFileWorld("{\"a\":\"\(String(repeating: "x", count: 900_000))\",\"b\":1}")
        try world.remove(needsRoom: true) { $0 == "a" }
        #expect(try world.text == "{\"b\":1}")
        var status = stat()
        #expect(stat(world.path, &status) == 0)
        #expect(status.st_blocks * 512 < 100_000, "\(status.st_blocks) blocks")
    }

    @Test func fullDiskLeavesTheFileAsItIs() throws {
        try #require(geteuid() == 0, "Mounting a small file system needs root.")
        let folder = try TemporaryFolder()
        #expect(mount("tmpfs", folder.path, "tmpfs", 0, "size=1m,mode=0700") == 0)
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let path = folder.file("t.json")
        let text = "{\"a\":1,\"b\":\"" + String(repeating: "x", count: 700_000) + "\"}"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let rewriter = JSONFileRewriter(
            try JSONFilePlace(path: path),
            pointer: try #require(JSONPointer("")),
            run: "r"
        )
        let error = #expect(throws: JSONFileError.self) {
            try rewriter.remove(
                isCancelled: { false },
                start: {},
                look: { entry, _ in entry.range.lowerBound == 1 ? 1 : nil },
                decide: { tokens, _ in Set(tokens) }
            )
        }
        #expect(error?.code == .io && error?.message.contains("disk is full") == true, "\(error?.message ?? "")")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["t.json"])
    }
}
