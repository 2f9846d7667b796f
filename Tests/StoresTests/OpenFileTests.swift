import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

@Suite struct OpenFileTests {
    private let keepingOpen = FilesSpecification(keepOpen: true)

    @Test func fileOpenForWritingIsKeptAndOpenForReadingIsNot() throws {
        try withWorld { world in
            for name in ["written", "read", "closed"] { try world.makeFile("root/" + name) }
            let writer = open(world.root + "/written", O_WRONLY | O_APPEND | O_CLOEXEC)
            let reader = open(world.root + "/read", O_RDONLY | O_CLOEXEC)
            defer {
                close(writer)
                close(reader)
            }
            let before = try world.snapshot()
            let cleaning = try Cleaning(world, keepingOpen)
            let plan = try cleaning.plan()
            #expect(plan.paths(.remove) == ["read", "closed"])
            let block = try #require(plan.blocks.first)
            let kept = try #require(block.items.first { $0.verdict == .keep })
            #expect(block.reason(of: kept) == "open for writing by a process")
            _ = cleaning.act(plan)
            #expect(try world.snapshot().removed(since: before) == ["root/read", "root/closed"])
        }
    }

    @Test func fileOpenedAfterThePlanIsInUse() throws {
        try withWorld { world in
            try world.makeFile("root/f")
            let cleaning = try Cleaning(world, keepingOpen)
            let plan = try cleaning.plan()
            let writer = open(world.root + "/f", O_WRONLY | O_APPEND | O_CLOEXEC)
            let outcomes = cleaning.act(plan)
            close(writer)
            #expect(outcomes["f"]?.outcome == .inUse)
            #expect(outcomes["f"]?.detail == "f stays: open for writing by a process.")
            #expect(cleaning.act(plan)["f"]?.outcome == .deleted)
        }
    }

    @Test func directoryWithAnOpenFileIsKeptWhole() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/b")
            try world.makeFile("root/a/b/f")
            try world.ageAll("root/a")
            let specification = FilesSpecification(type: .directory, depth: 1, keepOpen: true)
            let cleaning = try Cleaning(world, specification)
            let writer = open(world.root + "/a/b/f", O_WRONLY | O_APPEND | O_CLOEXEC)
            #expect(try cleaning.plan().paths(.keep) == ["a"])
            close(writer)
            let plan = try cleaning.plan()
            #expect(plan.paths(.remove) == ["a"])
            let later = open(world.root + "/a/b/f", O_WRONLY | O_APPEND | O_CLOEXEC)
            #expect(cleaning.act(plan)["a"]?.outcome == .inUse)
            close(later)
            #expect(world.exists("root/a/b/f"))
            #expect(cleaning.act(plan)["a"]?.outcome == .deleted)
        }
    }

    @Test func fileOfWhichNobodyCanTellIsKept() throws {
        try requireRoot()
        try withWorld { world in
            try world.makeFile("root/f")
            let cleaning = try Cleaning(world, keepingOpen)
            // Who cannot open a file cannot ask for a lease.
            try world.check(chmod(world.root + "/f", 0o600), "chmod")
            let plan = try asNobody { try cleaning.plan(workers: 1) }
            let block = try #require(plan.blocks.first)
            #expect(plan.paths(.keep) == ["f"])
            #expect(block.reason(of: block.items[0]) == "cannot tell whether it is open: Permission denied")
        }
    }

    @Test func whoOpensALeasedFileForWritingDoesNotEndTheProcess() throws {
        try withWorld { world in
            try world.makeFile("root/f")
            let directory = try Root(path: world.root).openDirectory([])
            let names = NameBuffer()
            let name = try #require(names.name(Array("f".utf8)[...]))
            let lease = try FileLease(name, in: directory, status: directory.status(of: name))
            #expect(lease.stands)
            // The kernel announces the break by a signal to this process.
            #expect(open(world.root + "/f", O_WRONLY | O_NONBLOCK | O_CLOEXEC) == -1)
            #expect(!lease.stands)
            withExtendedLifetime(lease) {}
        }
    }
}
