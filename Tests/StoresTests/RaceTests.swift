import Clients
import Glibc
import Retention
import Stores
import Support
import Testing

/// What attackers and busy programs do while a cleaner works. The outside must never change, and what was not planned
/// must stay.
@Suite(.serialized) struct RaceTests {
    private static let files = 200
    private static let canaries = 1_000

    /// An outside of canaries, and hard links and symlinks to them inside; all of it old.
    private func makeCanaries(_ world: World) throws {
        try world.makeDirectory("outside/deep")
        for canary in 0..<Self.canaries { try world.makeFile("outside/deep/f\(canary)", bytes: canary % 7) }
        try world.makeDirectory("root/links")
        for canary in 0..<50 {
            try world.check(link(world.outside + "/deep/f\(canary)", world.root + "/links/hard\(canary)"), "link")
            try world.check(symlink(world.outside + "/deep/f\(canary)", world.root + "/links/soft\(canary)"), "symlink")
        }
        try world.check(symlink(world.outside, world.root + "/links/all"), "symlink")
        try world.makeDirectory("root/work/inner/deep")
    }

    private func canaries(_ world: World) throws -> TreeSnapshot { try TreeSnapshot(of: world.outside) }

    @Test(.tags(.f1)) func symlinkSwapNeverReachesACanary() throws {
        try withWorld { world in
            try makeCanaries(world)
            let before = try canaries(world)
            let links = try TreeSnapshot(of: world.root + "/links")
            let inner = world.root + "/work/inner"
            let attacker = Attacker { Trick.swapBySymlink(inner, target: world.outside) }
            var deleted = 0
            for _ in 0..<Scale.rounds(2_000, nightly: 50_000) {
                fill(world)
                deleted += try Cleaning(world, FilesSpecification(path: "work")).run()[.deleted] ?? 0
            }
            let rounds = attacker.stop()
            #expect(rounds > 2_000, "the attacker was hardly there")
            #expect(deleted > 2_000, "the cleaner hardly worked")
            #expect(try canaries(world) == before)
            #expect(try TreeSnapshot(of: world.root + "/links") == links)
            _ = try Cleaning(world).run()
            #expect(try canaries(world) == before)
            #expect(try paths(world.root + "/work") == ["inner", "inner/deep"])
        }
    }

    private func paths(_ directory: String) throws -> Set<String> {
        Set(try TreeSnapshot(of: directory).entries.keys.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Fills `root/work/inner/deep` through descriptors of the real directories, so that the test itself never writes
    /// through the attacker's symlink.
    private func fill(_ world: World) {
        let inner = open(world.root + "/work/inner", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard inner >= 0 else { return }
        defer { close(inner) }
        let directory = openat(inner, "deep", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        var times = [timespec(tv_sec: Int(World.old), tv_nsec: 0), timespec(tv_sec: Int(World.old), tv_nsec: 0)]
        for file in 0..<Self.files {
            // Without waiting: it may be a fifo just now.
            let flags = O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            let descriptor = openat(directory, "f\(file)", flags, 0o644)
            guard descriptor >= 0 else { continue }
            futimens(descriptor, &times)
            close(descriptor)
        }
    }

    @Test(.tags(.f1)) func theSameAttackerCatchesARemoverByFullPath() throws {
        try withWorld { world in
            try makeCanaries(world)
            let before = try canaries(world)
            let inner = world.root + "/work/inner"
            let attacker = Attacker { Trick.swapBySymlink(inner, target: world.outside) }
            var round = 0
            while round < 20_000, try round % 10 != 9 || canaries(world) == before {
                fill(world)
                UnsafeRemover.clean(world.root + "/work", olderThan: World.old + 1)
                round += 1
            }
            _ = attacker.stop()
            #expect(try canaries(world) != before, "20,000 rounds did not catch it")
        }
    }

    /// 500 rounds of cleaning under attack; nothing may hang, nothing outside may change, and afterwards all goes.
    private func withstand(
        _ specification: FilesSpecification = FilesSpecification(path: "work"),
        _ attack: (World) throws -> Attacker
    ) throws {
        try withWorld { world in
            try makeCanaries(world)
            let before = try canaries(world)
            let links = try TreeSnapshot(of: world.root + "/links")
            // Opened once, as a service does: what is put in its place later is not the root.
            let cleaning = try Cleaning(world, specification)
            fill(world)
            let attacker = try attack(world)
            for _ in 0..<Scale.rounds(500, nightly: 10_000) {
                fill(world)
                _ = try cleaning.run()
            }
            #expect(attacker.stop() > 0)
            #expect(try canaries(world) == before)
            #expect(try TreeSnapshot(of: world.root + "/links") == links)
            _ = try cleaning.run()
            #expect(try paths(world.root + "/work") == ["inner", "inner/deep"])
            #expect(try canaries(world) == before)
        }
    }

    @Test(.tags(.f2)) func withstandsAnExchangeOfDirectoryAndSymlink() throws {
        try withstand { world in
            let inner = world.root + "/work/inner"
            return Attacker { Trick.exchange(inner, with: world.base + "/link", target: world.outside) }
        }
    }

    @Test(.tags(.f2)) func withstandsADirectoryThatIsAFileForAMoment() throws {
        try withstand { world in
            let inner = world.root + "/work/inner"
            return Attacker { Trick.turnIntoFile(inner) }
        }
    }

    @Test(.tags(.f2)) func withstandsFilesThatAreFifosForAMomentAndNeverHangs() throws {
        try withstand(FilesSpecification(path: "work", keepOpen: true)) { world in
            let file = world.root + "/work/inner/deep/f7"
            return Attacker { Trick.turnIntoFifo(file) }
        }
    }

    @Test(.tags(.f2)) func withstandsAnotherDirectoryInThePlaceOfTheRoot() throws {
        try withstand { world in
            let root = world.root
            return Attacker { Trick.replace(root, by: world.outside) }
        }
    }

    @Test(.tags(.f2)) func withstandsMountsThatComeAndGo() throws {
        try requireRoot()
        try withstand { world in
            let inner = world.root + "/work/inner"
            return Attacker { Trick.mountOver(inner, other: world.outside) }
        }
    }
}
