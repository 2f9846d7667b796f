import Glibc
import Testing

@testable import Clients

/// Why a file was not compressed, to the letter.
@Suite("Gzip: texts of errors")
struct GzipErrorTextsTests {
    // MARK: What is not begun

    @Test func whatIsNoFileToCompressIsSaidInWords() throws {
        try GzipWorld.with { world in
            try #require(symlinkat("nowhere", world.directory, "link") == 0)
            try #require(mkfifo("\(world.path)/pipe", 0o600) == 0)
            #expect(try world.failure("link")?.description == "\"link\" is no regular file (any more); kept")
            #expect(try world.failure("pipe")?.description == "\"pipe\" is no regular file; kept")
            try world.write(Array("x".utf8), to: "a.log")
            let writer = openat(world.directory, "a.log", O_WRONLY | O_CLOEXEC)
            #expect(
                try world.failure("a.log")?.description == "\"a.log\" is open for writing by a process; kept"
            )
            close(writer)
            try world.settle("a.log")
            let holder = openat(world.directory, "a.log", O_RDONLY | O_CLOEXEC)
            try #require(flock(holder, LOCK_EX) == 0)
            #expect(try world.failure("a.log")?.description == "\"a.log\" is locked by another process; kept")
            close(holder)
        }
    }

    @Test func whatIsNotThePlannedFileIsSaidInWords() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            var expected = try world.expected("a.log")
            expected.size += 1
            #expect(
                Self.failure(world, "a.log", expected)
                    == "\"a.log\" is not the file that was planned, or has changed since; kept"
            )
            unlinkat(world.directory, "a.log", 0)
            #expect(Self.failure(world, "a.log", expected) == "\"a.log\" is no longer there")
            #expect(Self.failure(world, "a/b", expected) == "\"a/b.gz\" is not the name of a file")
            #expect(
                Self.failure(world, String(repeating: "n", count: 253), expected)
                    == "\"\(String(repeating: "n", count: 253)).gz\" would be a name of 256 bytes, but 255 is the most; "
                    + "rename the file"
            )
        }
    }

    @Test func aCancelledCompressionIsSaidInWords() throws {
        try GzipWorld.with { world in
            try world.write(Array("x".utf8), to: "a.log")
            let expected = try world.expected("a.log")
            #expect(
                Self.failure(world, "a.log", expected, isCancelled: { true })
                    == "the compression of \"a.log\" was cancelled; the original is kept"
            )
        }
    }

    private static func failure(
        _ world: GzipWorld,
        _ name: String,
        _ expected: GzipArchiver.Expected,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> String? {
        do throws(GzipError) {
            _ = try GzipArchiver(runIdentifier: "test").archive(
                directory: world.directory,
                name: Array(name.utf8),
                expected: expected,
                checkOpen: true,
                isCancelled: isCancelled
            )
            return nil
        } catch {
            return error.description
        }
    }

    // MARK: What happens meanwhile

    /// What somebody does in the directory at a step, with the file that the step is about.
    private typealias Act = @Sendable (_ directory: Int32, _ file: [CChar]) -> Void

    /// The number of a temporary name is one of all tests.
    private static func text(at step: GzipArchiver.Step, _ act: @escaping Act) throws -> String? {
        var archiver = GzipArchiver(runIdentifier: "test")
        archiver.observer = { now, directory, name in
            if now == step { act(directory, name.map { CChar(bitPattern: $0) } + [0]) }
        }
        return try GzipWorld.with { world in
            try world.write(Array("contents".utf8), to: "a.log")
            let text = try world.failure("a.log", by: archiver)?.description
            return text?.replacing(#/cleanupd-test-\d+/#, with: "cleanupd-test-N")
        }
    }

    /// Puts other bytes into the file, which stays the same one.
    private static func overwriting(_ bytes: [UInt8]) -> Act {
        return { directory, path in
            let file = openat(directory, path, O_WRONLY | O_TRUNC | O_CLOEXEC)
            _ = write(file, bytes, bytes.count)
            close(file)
        }
    }

    private static let part = "\".cleanupd-test-N.gz.part\""

    @Test func anArchiveThatIsWrongIsSaidInWords() throws {
        let wrong = "the archive \(Self.part) is wrong when it is read back:"
        let cut = try Self.text(at: .written) { directory, path in
            let file = openat(directory, path, O_WRONLY | O_CLOEXEC)
            ftruncate(file, 20)
            close(file)
        }
        #expect(cut == "\(wrong) it ends too early")
        #expect(
            try Self.text(at: .written, Self.overwriting(Array("no gzip at all".utf8)))
                == "\(wrong) it is not what gzip writes, or is damaged"
        )
        let longer = try GzipBody.compress(Array("contents and more".utf8))
        #expect(try Self.text(at: .written, Self.overwriting(longer)) == "\(wrong) it holds more than the original")
        let other = try GzipBody.compress(Array("CONTENTS".utf8))
        #expect(
            try Self.text(at: .written, Self.overwriting(other))
                == "the archive of \"a.log\" is not what was written when it is read back; the original is kept"
        )
        let replaced = try Self.text(at: .written) { directory, path in
            unlinkat(directory, path, 0)
            close(openat(directory, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        }
        #expect(replaced == "the archive \(Self.part) was replaced while it was written")
    }

    @Test func aFileThatOthersTouchMeanwhileIsSaidInWords() throws {
        let touched = try Self.text(at: .written) { directory, _ in utimensat(directory, "a.log", nil, 0) }
        #expect(touched == "\"a.log\" changed while it was read; kept")
        let opened = try Self.text(at: .written) { directory, _ in
            // Refused by the lease of which it is told.
            let file = openat(directory, "a.log", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            if file >= 0 { close(file) }
        }
        #expect(opened == "a process began to write to \"a.log\"; kept")
        let finished = try Self.text(at: .published, Self.overwriting(Array("mine".utf8)))
        #expect(finished == "the finished archive \"a.log.gz\" was changed by somebody else; both kept")
    }

    // MARK: What fails

    @Test func failedCallsAreSaidWithWhatToDo() {
        #expect(
            GzipError.call("write the archive \"a\"", Int64(-EACCES)).description
                == "cannot write the archive \"a\": Permission denied; give the user that runs this the right to do so"
        )
        #expect(
            GzipError.call("write the archive \"a\"", Int64(-ENOSPC)).description
                == "cannot write the archive \"a\": No space left on device; free some: the archive needs room beside "
                + "the original"
        )
        #expect(
            GzipError.call("write the archive \"a\"", Int64(-EIO)).description
                == "cannot write the archive \"a\": Input/output error"
        )
        #expect(GzipError(.io, "one").adding("two").description == "one; two")
    }

    @Test func librariesThatRefuseAreSaidInWords() {
        var zlib = ""
        do throws(GzipError) {
            _ = try Deflater(level: 99, name: [], modifiedSeconds: 0)
        } catch {
            zlib = error.description
        }
        #expect(zlib == "cannot start to compress: zlib's error -2; kept: report this as a fault of cleanupd")
        let libdeflate = #expect(throws: GzipError.self) {
            try MemberDeflater(level: 99, name: [], modifiedSeconds: 0, largest: 1)
        }
        #expect(
            libdeflate?.description
                == "cannot start to compress: libdeflate has no memory; kept: give the program more"
        )
        #expect(GzipBody.Failure(code: -4).description == "zlib could not compress a body in memory (code -4).")
    }
}
