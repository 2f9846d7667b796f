import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

/// Things that lie about in real trees.
@Suite(.tags(.f14)) struct FixtureTests {
    private let directories = FilesSpecification(type: .directory, depth: 1)

    /// Mounts a file system over a directory of the world for the time of `body`.
    private func withMount(
        _ kind: String,
        _ source: String,
        on path: String,
        _ world: World,
        flags: Int = 0,
        _ body: () throws -> Void
    ) throws {
        try requireRoot()
        try world.check(mount(source, world.base + "/" + path, kind, UInt(flags), nil), "mount")
        let result = Result { try body() }
        try world.check(umount2(world.base + "/" + path, Int32(MNT_DETACH)), "umount2")
        try result.get()
    }

    @Test func onlyRegularFilesAreFileItems() throws {
        try requireRoot()
        try withWorld { world in
            try world.makeFile("root/file")
            try world.check(mkfifo(world.root + "/fifo", 0o644), "mkfifo")
            try world.check(mknod(world.root + "/null", S_IFCHR | 0o644, 0x103), "mknod")
            try makeSocket("root/socket", world)
            for name in ["fifo", "null", "socket"] { try world.age("root/" + name) }
            let before = try world.snapshot()
            let cleaning = try Cleaning(world)
            #expect(cleaning.act(try cleaning.plan()).mapValues(\.outcome) == ["file": .deleted])
            #expect(try world.snapshot().removed(since: before) == ["root/file"])
            #expect(try world.snapshot().altered(since: before) == [])
        }
    }

    @Test func socketOrDeviceBeneathKeepsADirectoryWholeAndAFifoDoesNot() throws {
        try requireRoot()
        try withWorld { world in
            for name in ["fifo", "device", "socket"] { try world.makeDirectory("root/\(name)/sub") }
            try world.check(mkfifo(world.root + "/fifo/sub/x", 0o644), "mkfifo")
            try world.check(mknod(world.root + "/device/sub/x", S_IFCHR | 0o644, 0x103), "mknod")
            try makeSocket("root/socket/sub/x", world)
            for name in ["fifo", "device", "socket"] { try world.ageAll("root/\(name)") }
            let before = try world.snapshot()
            let cleaning = try Cleaning(world, directories)
            let plan = try cleaning.plan()
            #expect(plan.paths == ["fifo"])
            #expect(plan.summary.skipped == [.inUse: 1, .protected: 1])
            _ = cleaning.act(plan)
            #expect(try world.snapshot().removed(since: before) == ["root/fifo", "root/fifo/sub", "root/fifo/sub/x"])
        }
    }

    @Test func sparseFileFreesWhatItTakesAndModeBitsDoNotMatter() throws {
        try withWorld { world in
            try world.makeFile("root/sparse", bytes: 4_096)
            try world.check(truncate(world.root + "/sparse", 1 << 30), "truncate")
            try world.makeFile("root/setuid")
            try world.check(chmod(world.root + "/setuid", 0o6000), "chmod")
            for name in ["sparse", "setuid"] { try world.age("root/" + name) }
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan()
            #expect(plan.item("sparse")?.size == 4_096)
            let outcomes = cleaning.act(plan)
            #expect(outcomes["sparse"] == ItemResult(.deleted, freedBytes: 4_096))
            #expect(outcomes["setuid"]?.outcome == .deleted)
        }
    }

    @Test func nestedMountIsNeverEnteredNorTakenAway() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/mnt")
            try world.makeFile("root/a/f")
            try withMount("tmpfs", "tmpfs", on: "root/a/mnt", world) {
                try world.makeFile("root/a/mnt/precious")
                try world.ageAll("root/a")
                let files = try Cleaning(world).plan()
                #expect(files.paths == ["a/f"])
                #expect(files.summary.skipped == [.mount: 1])
                let before = try world.snapshot()
                let whole = try Cleaning(world, directories).plan()
                #expect(whole.paths == [])
                #expect(whole.summary.skipped == [.mount: 1])
                let inside = try Cleaning(world, FilesSpecification(match: ["mnt"], type: .directory)).plan()
                #expect(inside.paths == [])
                #expect(try world.snapshot() == before)
            }
        }
    }

    @Test func bindMountOfTheSameFileSystemIsAMountToo() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/mnt")
            try world.makeFile("outside/precious")
            try world.makeFile("root/a/over")
            try world.ageAll("root/a")
            try withMount("none", world.outside, on: "root/a/mnt", world, flags: Int(MS_BIND)) {
                try withMount("none", world.outside + "/precious", on: "root/a/over", world, flags: Int(MS_BIND)) {
                    let before = try world.snapshot()
                    let cleaning = try Cleaning(world)
                    let plan = try cleaning.plan()
                    #expect(plan.paths == [])
                    #expect(plan.summary.skipped == [.mount: 2])
                    #expect(try Cleaning(world, directories).plan().paths == [])
                    #expect(try world.snapshot() == before)
                }
            }
        }
    }

    @Test func mountThatComesAfterThePlanKeepsTheDirectoryWhole() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/mnt")
            try world.makeFile("root/a/f")
            try world.ageAll("root/a")
            let cleaning = try Cleaning(world, directories)
            let plan = try cleaning.plan()
            #expect(plan.paths(.remove) == ["a"])
            try withMount("none", world.outside, on: "root/a/mnt", world, flags: Int(MS_BIND)) {
                try world.makeFile("outside/precious")
                let before = try world.snapshot()
                #expect(cleaning.act(plan)["a"]?.outcome == .failed)
                #expect(try world.snapshot() == before)
            }
        }
    }

    @Test func sourcePathOnAnotherMountIsRefused() throws {
        try withWorld { world in
            try world.makeDirectory("root/mnt")
            try withMount("tmpfs", "tmpfs", on: "root/mnt", world) {
                let cleaning = try Cleaning(world, FilesSpecification(path: "mnt"))
                let error = #expect(throws: StoreError.self) { try cleaning.plan() }
                #expect(error?.message.contains("lies on another mount") == true)
            }
        }
    }

    @Test func depthOf600IsReportedAndWhatLiesAboveTheLimitIsCleaned() throws {
        try withWorld { world in
            try makeChain(600, world)
            try world.makeFile("root/f")
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan()
            #expect(plan.paths.count == 513, "the root and 512 levels have a file each")
            #expect(plan.summary.errorCount == 1)
            #expect(plan.summary.errors.first?.message.contains("deeper than 512 directories") == true)
            #expect(cleaning.act(plan).values.allSatisfy { $0.outcome == .deleted })
            let whole = try Cleaning(world, directories).plan()
            #expect(whole.paths == [])
            #expect(whole.summary.errorCount == 1)
        }
    }

    @Test func longPathsAreOpenedPieceByPiece() throws {
        try withWorld { world in
            let name = String(repeating: "n", count: 200)
            try makeChain(100, world, name: name)
            try world.age("root/" + name)
            let files = try Cleaning(world)
            let plan = try files.plan()
            #expect(plan.paths.count == 100)
            #expect(plan.paths.map(\.utf8.count).max() == 100 * 201 + 1)
            let cleaning = try Cleaning(world, directories)
            #expect(cleaning.act(try cleaning.plan(cutoff: .distantFuture)).values.map(\.outcome) == [.deleted])
            #expect(try TreeSnapshot(of: world.root).entries == [:])
        }
    }

    @Test func descriptorsAreFewWhateverTheTree() throws {
        try withWorld { world in
            for directory in 0..<60 {
                for item in 0..<40 { try world.makeDirectory("root/d\(directory)/i\(item)") }
            }
            let before = try openDescriptors()
            let highest = try withDescriptorWatch {
                let cleaning = try Cleaning(world, FilesSpecification(match: ["i*"], type: .directory))
                #expect(try cleaning.plan(workers: 4).paths.count == 2_400)
            }
            #expect(highest - before < 64)
        }
    }

    // MARK: Making things

    private func makeSocket(_ path: String, _ world: World) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try world.check(descriptor, "socket")
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array((world.base + "/" + path).utf8)
        try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try world.check(result, "bind")
    }

    /// Directories in one another, each with an old file `f`; made step by step: the path is too long for one call.
    private func makeChain(_ depth: Int, _ world: World, name: String = "d") throws {
        var directory = open(world.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try world.check(directory, "open")
        defer { close(directory) }
        var times = [timespec(tv_sec: Int(World.old), tv_nsec: 0), timespec(tv_sec: Int(World.old), tv_nsec: 0)]
        for _ in 0..<depth {
            try world.check(mkdirat(directory, name, 0o755), "mkdirat")
            let next = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            try world.check(next, "openat")
            close(directory)
            directory = next
            let file = openat(directory, "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644)
            try world.check(file, "openat")
            futimens(file, &times)
            close(file)
        }
    }

    private func openDescriptors() throws -> Int {
        let stream = try #require(opendir("/proc/self/fd"))
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        return count
    }

    /// The most descriptors that were open while `body` ran.
    private func withDescriptorWatch(_ body: () throws -> Void) throws -> Int {
        let watch = DescriptorWatch()
        try body()
        return watch.stop()
    }
}
