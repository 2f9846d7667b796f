import Foundation
import Support
import Testing

/// F8: the power is lost while the real program works, on disks of three file systems.
@Suite(.serialized, .tags(.f8)) struct PowerLossTests {
    private static let files = 9
    private static let seed = Scale.seed(8)
    /// A run has about so many mutating operations.
    private static let operations: UInt64 = 90

    private static func rounds(_ kind: TestDisk.FileSystem) -> Int {
        kind == .ext4 ? Scale.rounds(30, nightly: 600) : Scale.rounds(10, nightly: 200)
    }

    @Test(arguments: TestDisk.FileSystem.allCases)
    func theDiskHasTheOriginalOrItsArchiveAndTheNextRunCompletes(_ kind: TestDisk.FileSystem) async throws {
        var random = SeededGenerator(seed: Self.seed)
        var deaths = 0
        for _ in 0..<Self.rounds(kind) {
            let operation = 1 + random.next() % Self.operations
            let when = "\(kind), operation \(operation), seed \(Self.seed)"
            try await TestDisk.with(kind) { disk in
                let world = try ProgramWorld(in: disk.root.appending(path: "world"), files: Self.files)
                try await disk.synchronise()
                let dying = world.cleanupd(["CLEANUPD_FAULT": "kill:\(operation)"])
                let first = try await dying.run("run", "--force", "logs")
                #expect(first.code == 0 || first.code == 128 + SIGKILL, "\(when): \(first.errorText)")
                if first.code != 0 { deaths += 1 }
                try await disk.losePower()
                try world.logs.expectNothingLost(when)
                let second = try await world.cleanupd().run("run", "--force", "logs")
                #expect(second.code == 0, "\(when): \(second.errorText)")
                try world.logs.expectDone(when)
            }
        }
        #expect(deaths > Self.rounds(kind) / 4, "it hardly ever died in the midst of its work")
    }

    /// What a careless script does with a log: its archive is empty when the power is lost.
    @Test func theSameDiskCatchesAProgramThatDoesNotSynchronise() async throws {
        try await TestDisk.with(.ext4) { disk in
            let world = try ProgramWorld(in: disk.root.appending(path: "world"), files: 3)
            let other = disk.root.appending(path: "other")
            try Data("x".utf8).write(to: other)
            try await disk.synchronise()
            let file = world.data.appending(path: AgedLogs.name(1)).path
            let script = "gzip --stdout \"$0\" > \"$0.part\" && mv \"$0.part\" \"$0.gz\" && rm \"$0\""
            try await Command.run("/bin/sh", ["-c", script, file]).check()
            try Data("y".utf8).write(to: other)
            try await disk.synchronise(other)
            try await disk.losePower()
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(try GzipReader.read(file + ".gz") != AgedLogs.content(1))
        }
    }
}
