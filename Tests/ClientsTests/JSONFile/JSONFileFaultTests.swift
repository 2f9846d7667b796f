import CLinux
import Foundation
import Support
import Testing

@testable import Clients

/// Every mutating system call of a rewriting fails, each in turn. In a process of its own, because fault points are
/// counted in the whole process.
struct JSONFileFaultTests {
    private static let old = "{\"a\": 1,\n\"b\": 2,\n\"c\": 3}"
    private static let new = "{\"b\": 2,\n\"c\": 3}"

    /// After call N nothing works any more, as if the process had died there; or only that call fails.
    @Test(.tags(.f7)) func oldOrNewFileIsThereWholeWhateverCallFails() async {
        await #expect(processExitsWith: .success) {  // banned-ok: apart (CRASHES)
            try #require(clinux_fault_available(), "fault points exist in debug builds only")
            var rounds = 0
            for mode in [CLINUX_FAULT_ERRNO_ONCE, CLINUX_FAULT_ERRNO_FROM] {
                for error in [EIO, ENOSPC, EACCES, EROFS] {
                    for needsRoom in [false, true] { rounds += try Self.everyCall(mode, error, needsRoom: needsRoom) }
                }
            }
            #expect(rounds > 2 * 4 * 2 * 7, "only \(rounds) rounds")
        }
    }

    private static func everyCall(_ mode: clinux_fault_mode, _ error: Int32, needsRoom: Bool) throws -> Int {
        for call in 1...100 {
            let world = try JSONFileWorld(old)
            clinux_fault_arm(mode, UInt64(call), error)
            var failure: (any Error)?
            do { try world.remove(needsRoom: needsRoom) { $0 == "a" } } catch { failure = error }
            let hasMetFault = clinux_fault_count() >= UInt64(call)
            clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
            let text = try world.text
            #expect(text == old || text == new, "call \(call) fails with \(error): \(text)")
            if failure == nil { #expect(text == new) }
            let sweep = try world.sweep()
            #expect(sweep.left == 0 && sweep.warnings.isEmpty, "call \(call): \(sweep.warnings)")
            #expect(try world.names == ["tokens.json"], "call \(call)")
            #expect(try world.text == text, "the sweep after call \(call)")
            try world.remove { $0 == "a" }
            #expect(try world.text == new)
            if !hasMetFault { return call }
        }
        throw SupportError("more than 100 calls")
    }

    /// As on file systems that know no RENAME_EXCHANGE.
    @Test func whereFilesCannotBeExchangedNothingThatEntriesOwnGoes() async {
        await #expect(processExitsWith: .success) {  // banned-ok: apart (CRASHES)
            try #require(clinux_fault_available(), "fault points exist in debug builds only")
            var refusals = 0
            for call in 1...100 where try Self.isRefused(call) { refusals += 1 }
            #expect(refusals > 0)
        }
    }

    /// - Returns: whether call N was that of the exchange which proves that there are any.
    private static func isRefused(_ call: Int) throws -> Bool {
        let world = try JSONFileWorld(old)
        let rewriter = JSONFileRewriter(
            try JSONFilePlace(path: world.path),
            pointer: try #require(JSONPointer("")),
            run: "019ab3c4d5e6-0f1e2d3c4b5a"
        )
        var hasDecided = false
        var failure: JSONFileError?
        clinux_fault_arm(CLINUX_FAULT_ERRNO_ONCE, UInt64(call), EINVAL)
        do {
            try rewriter.remove(
                isCancelled: { false },
                start: {},
                look: { entry, _ in entry.name == .text([0x61]) ? 1 : nil },
                decide: { tokens, _ in
                    hasDecided = true
                    return Set(tokens)
                }
            )
        } catch {
            failure = error as? JSONFileError
        }
        clinux_fault_arm(CLINUX_FAULT_COUNT, 0, 0)
        guard let failure, failure.message.contains("exchanging two empty files beside it") else { return false }
        #expect(failure.message.contains("cannot exchange two files (renameat2)"))
        #expect(!hasDecided)
        #expect(try world.text == old)
        // What could not be removed, the next sweep takes.
        #expect(try world.sweep().left == 0)
        #expect(try world.names == ["tokens.json"])
        return true
    }

    @Test func partOfAFileWhoseNameEndsAlikeIsLeft() throws {
        let world = try JSONFileWorld()
        for other in [".cleanupd-r2.bots.tokens.json.json.part", ".cleanupd-a.b-r2.tokens.json.json.part"] {
            try Data().write(to: URL(fileURLWithPath: world.folder.file(other)))
        }
        #expect(try world.sweep().removed == 0)
        #expect(try world.names.count == 3)
        try Data().write(to: URL(fileURLWithPath: world.folder.file(".cleanupd-r2-proof.tokens.json.json.part")))
        #expect(try world.sweep().removed == 1)
        #expect(try world.names.count == 3)
    }

    @Test func fileThatSomebodyWroteAtTheMomentOfACrashIsPutBack() throws {
        let world = try JSONFileWorld(Self.new)
        let digests = [Self.old, Self.new].map { text in Array(text.utf8).withUnsafeBytes { JSONDigest(of: $0) } }
        let mark = JSONPartMark(old: digests[0], new: digests[1])
        let part = world.folder.file(".cleanupd-019ab3c4d5e6-0f1e2d3c4b5a-\(mark).tokens.json.json.part")
        let theirs = "{\"a\": 1, \"d\": 4}"
        try Data(theirs.utf8).write(to: URL(fileURLWithPath: part))
        #expect(try world.sweep().removed == 1)
        #expect(try world.text == theirs)
        #expect(try world.names == ["tokens.json"])
        // Where it is not known which of the two is newer, a person looks.
        try Data("{\"x\": 1}".utf8).write(to: URL(fileURLWithPath: part))
        let sweep = try world.sweep()
        #expect(sweep.left == 1 && sweep.warnings.count == 1)
        #expect(try world.names.count == 2)
        #expect(try world.text == theirs)
    }

    @Test func partOfALivingProcessAndOfAnotherFileIsLeft() throws {
        let world = try JSONFileWorld()
        let part = try JSONPart(try JSONFilePlace(path: world.path), run: "r1")
        let other = world.folder.file(".cleanupd-r2.other.json.json.part")
        try Data().write(to: URL(fileURLWithPath: other))
        #expect(try world.sweep().left == 1)
        #expect(try world.names.count == 3)
        try part.discard()
    }
}
