import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

@Suite struct PartSweepTests {
    @Test func removesOnlyOwnLeftOversThatAreOlderThanTheProcess() throws {
        try withWorld { world in
            try world.makeDirectory("root/logs/sub")
            try world.makeDirectory("root/other")
            let names = [
                "logs/.cleanupd-r1-1.gz.part", "logs/sub/.cleanupd-r1-2.gz.part", "logs/sub/.cleanupd-r1-3.gz.part",
                "logs/cleanupd-r1-1.gz.part", "logs/.cleanupd-r1-1.gz", "logs/a.gz.part",
                "other/.cleanupd-r1-1.gz.part",
            ]
            for name in names { try world.makeFile("root/" + name) }
            try world.makeFile("outside/target")
            try world.check(symlink(world.outside + "/target", world.root + "/logs/.cleanupd-r1-4.gz.part"), "symlink")
            try world.check(link(world.outside + "/target", world.root + "/logs/.cleanupd-r1-5.gz.part"), "link")
            let writer = open(world.root + "/logs/sub/.cleanupd-r1-3.gz.part", O_WRONLY | O_CLOEXEC)
            defer { close(writer) }
            let remover = FilesRemover(
                root: try Root(path: world.root),
                specification: FilesSpecification(path: "logs")
            )
            let before = try world.snapshot()
            #expect(remover.sweepParts(olderThan: Instant(seconds: World.old)) == SweepReport())
            #expect(try world.snapshot() == before)
            #expect(remover.sweepParts(olderThan: .distantFuture) == SweepReport(removed: 2, left: 1))
            let gone: Set = ["root/logs/.cleanupd-r1-1.gz.part", "root/logs/sub/.cleanupd-r1-2.gz.part"]
            #expect(try world.snapshot().removed(since: before) == gone)
            #expect(try world.snapshot().altered(since: before) == [])
        }
    }

    @Test func capturedOriginalWithoutAnArchiveComesBackToLightWithAWarning() throws {
        try withWorld { world in
            try world.makeDirectory("root/logs")
            try world.makeFile("root/logs/.cleanupd-r1-7.orig.part")
            try world.makeFile("root/logs/other.log.gz")
            let remover = FilesRemover(
                root: try Root(path: world.root),
                specification: FilesSpecification(path: "logs")
            )
            let report = remover.sweepParts(olderThan: .distantFuture)
            #expect(report.removed == 0)
            #expect(report.warnings.count == 1)
            #expect(report.warnings.first?.contains("kept as cleanupd-r1-7.kept") == true)
            let paths = try world.snapshot()
            #expect(remover.sweepParts(olderThan: .distantFuture) == SweepReport())
            #expect(try world.snapshot() == paths)
        }
    }
}
