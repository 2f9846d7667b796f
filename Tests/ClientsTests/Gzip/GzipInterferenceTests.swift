import Clients
import Foundation
import Glibc
import Support
import Synchronization
import Testing

/// Somebody else is at work in the same directory at each instant of the order.
@Suite("Gzip: others at work")
struct GzipInterferenceTests {
    private static let allSteps: [GzipArchiver.Step] = [.written, .verified, .published, .captured]

    /// An archiver that calls `act` once, when it comes to `step`.
    private func archiver(
        at step: GzipArchiver.Step,
        _ act: @escaping @Sendable (_ directory: Int32, _ name: [UInt8]) -> Void
    ) -> GzipArchiver {
        var archiver = GzipArchiver(runIdentifier: "test")
        archiver.observer = { now, directory, name in if now == step { act(directory, name) } }
        return archiver
    }

    /// F12. Every bit counts, also those that gzip's own check does not cover.
    @Test(.tags(.f12)) func everyFlippedBitIsFoundAndTheOriginalStays() throws {
        let seed = Scale.seed(12)
        var random = SeededGenerator(seed: seed)
        try GzipWorld.with { world in
            let contents = random.log(30_000)
            try world.write(contents, to: "a.log")
            for round in 0..<Scale.rounds(240, nightly: 2_000) {
                let choice = random.next()
                // The first rounds go through the header bit by bit: 10 fixed bytes, the name and its zero.
                let position: Int? = round < 120 ? round : nil
                let archiver = archiver(at: .written) { directory, name in
                    Self.flipBit(in: name, of: directory, position, choice)
                }
                #expect(try world.failure("a.log", by: archiver)?.code == .verifyFailed, "round \(round), seed \(seed)")
                #expect(world.names == ["a.log"], "round \(round), seed \(seed)")
            }
            #expect(world.read("a.log") == contents)
            #expect(try world.failure("a.log") == nil)
        }
    }

    private static func flipBit(in name: [UInt8], of directory: Int32, _ position: Int?, _ choice: UInt64) {
        let file = openat(directory, name.map { CChar(bitPattern: $0) } + [0], O_RDWR | O_CLOEXEC)
        defer { close(file) }
        var info = stat()
        fstat(file, &info)
        let bit = position ?? Int(choice % UInt64(info.st_size * 8))
        var byte: UInt8 = 0
        pread(file, &byte, 1, off_t(bit / 8))
        byte ^= 1 << UInt8(bit % 8)
        pwrite(file, &byte, 1, off_t(bit / 8))
    }

    @Test(.tags(.f12), arguments: ["cut", "longer", "replaced", "removed"])
    func archiveThatIsNotWhatWasWrittenIsFound(kind: String) throws {
        try GzipWorld.with { world in
            try world.write(Array("contents".utf8), to: "a.log")
            let archiver = archiver(at: .written) { directory, name in
                let path = name.map { CChar(bitPattern: $0) } + [0]
                if kind == "replaced" || kind == "removed" { unlinkat(directory, path, 0) }
                guard kind != "removed" else { return }
                let file = openat(directory, path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
                if kind == "cut" { ftruncate(file, 20) }
                if kind == "longer" { pwrite(file, "x", 1, 1000) }
                close(file)
            }
            let code = try world.failure("a.log", by: archiver)?.code
            #expect(code == (kind == "removed" ? .io : .verifyFailed))
            #expect(world.names == ["a.log"])
        }
    }

    /// A writer that comes while we work has to wait; we see it, step back, and it goes on with the whole file.
    @Test(arguments: allSteps)
    func writerThatComesMeanwhileFindsTheWholeFile(step: GzipArchiver.Step) throws {
        try GzipWorld.with { world in
            let contents = Array("first line\n".utf8)
            try world.write(contents, to: "a.log")
            let refusal = Atomic<Int32>(0)
            let archiver = archiver(at: step) { directory, name in
                let path = step == .captured ? name.map { CChar(bitPattern: $0) } + [0] : Array("a.log".utf8CString)
                let file = openat(directory, path, O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC)
                refusal.store(file < 0 ? errno : 0, ordering: .relaxed)
                if file >= 0 { close(file) }
            }
            #expect(try world.failure("a.log", by: archiver)?.code == .open)
            #expect(refusal.load(ordering: .relaxed) == EWOULDBLOCK)
            #expect(world.names == ["a.log"])
            #expect(world.read("a.log") == contents)
            #expect(try world.failure("a.log") == nil)
        }
    }

    @Test(arguments: allSteps, ["time", "replaced", "removed", "linked", "mode"])
    func changeMeanwhileIsNoticed(step: GzipArchiver.Step, kind: String) throws {
        // Permissions and names may change under the private name, where the time of change has moved anyway.
        guard step != .captured || kind == "time" || kind == "replaced" || kind == "linked" else { return }
        try GzipWorld.with { world in
            let contents = Array("contents".utf8)
            try world.write(contents, to: "a.log")
            let archiver = archiver(at: step) { directory, name in
                let path = step == .captured ? name.map { CChar(bitPattern: $0) } + [0] : Array("a.log".utf8CString)
                switch kind {
                case "time": utimensat(directory, path, nil, 0)
                case "mode": fchmodat(directory, path, 0o600, 0)
                case "linked": linkat(directory, path, directory, "second", 0)
                case "removed": unlinkat(directory, path, 0)
                default:
                    renameat(directory, path, directory, "moved")
                    close(openat(directory, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
                }
            }
            let code = try world.failure("a.log", by: archiver)?.code
            #expect(code == .changed || (kind == "removed" && code == .gone))
            #expect(!world.names.contains { $0.hasSuffix(".part") })
            // What is noticed before the rename never gets a name that others see.
            if step == .written || step == .verified { #expect(!world.names.contains("a.log.gz")) }
            switch kind {
            case "removed": #expect(!world.names.contains("a.log"))
            case "replaced": #expect(world.read("moved") == contents && world.read("a.log") == [])
            default: #expect(world.read("a.log") == contents && !world.names.contains("a.log.gz"))
            }
        }
    }

    @Test func newFileOfTheSameNameIsLeftAlone() throws {
        try GzipWorld.with { world in
            try world.write(Array("old".utf8), to: "a.log")
            let archiver = archiver(at: .captured) { directory, _ in
                let file = openat(directory, "a.log", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                Glibc.write(file, "new", 3)
                close(file)
            }
            #expect(try world.failure("a.log", by: archiver) == nil)
            #expect(world.names == ["a.log", "a.log.gz"])
            #expect(world.read("a.log") == Array("new".utf8))
            #expect(world.unzip("a.log.gz") == Array("old".utf8))
        }
    }

    @Test func originalWhoseNameIsTakenIsKeptUnderAnother() throws {
        try GzipWorld.with { world in
            try world.write(Array("old".utf8), to: "a.log")
            let archiver = archiver(at: .captured) { directory, name in
                close(openat(directory, "a.log", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
                utimensat(directory, name.map { CChar(bitPattern: $0) } + [0], nil, 0)
            }
            let error = try #require(try world.failure("a.log", by: archiver))
            #expect(error.code == .changed)
            let kept = try #require(world.names.first { $0.hasSuffix(".kept") })
            #expect(world.names == ["a.log", "a.log.gz", kept])
            #expect(error.message.contains("is taken by now, so that the file is kept as \"\(kept)\": look at both"))
            #expect(world.read(kept) == Array("old".utf8))
            #expect(world.unzip("a.log.gz") == Array("old".utf8))
        }
    }

    @Test func archiveThatAppearsMeanwhileIsNotOverwritten() throws {
        try GzipWorld.with { world in
            try world.write(Array("old".utf8), to: "a.log")
            let archiver = archiver(at: .verified) { directory, _ in
                close(openat(directory, "a.log.gz", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
            }
            #expect(try world.failure("a.log", by: archiver)?.code == .exists)
            #expect(world.names == ["a.log", "a.log.gz"])
            #expect(world.read("a.log.gz") == [])
        }
    }

    @Test func archiveThatIsReplacedAfterItsRenameSavesTheOriginal() throws {
        try GzipWorld.with { world in
            try world.write(Array("old".utf8), to: "a.log")
            let archiver = archiver(at: .published) { directory, name in
                let path = name.map { CChar(bitPattern: $0) } + [0]
                unlinkat(directory, path, 0)
                close(openat(directory, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
            }
            #expect(try world.failure("a.log", by: archiver)?.code == .changed)
            #expect(world.names == ["a.log", "a.log.gz"])
            #expect(world.read("a.log") == Array("old".utf8))
        }
    }

    /// A user's own archive, equal to the file, is not ours to withdraw when the last steps fail.
    @Test func archiveOfSomebodyElseStaysWhenWeStepBack() throws {
        try GzipWorld.with { world in
            try world.write(Array("old".utf8), to: "a.log")
            try #require(world.run("gzip", ["-k", "a.log"]).status == 0)
            let archive = world.read("a.log.gz")
            let archiver = archiver(at: .captured) { directory, name in
                utimensat(directory, name.map { CChar(bitPattern: $0) } + [0], nil, 0)
            }
            #expect(try world.failure("a.log", by: archiver)?.code == .changed)
            #expect(world.names == ["a.log", "a.log.gz"])
            #expect(world.read("a.log.gz") == archive)
        }
    }
}
