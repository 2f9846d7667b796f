import Clients
import Glibc
import Retention
import Support
import Testing

@testable import Stores

/// Why files stay, and why a folder cannot be cleaned, to the letter.
@Suite struct FilesErrorTextsTests {
    // MARK: Folders

    private static func refusal(_ world: World, _ specification: FilesSpecification) throws -> String? {
        let root = try Root(path: world.root)
        return errorText { _ = try FilesSource(root: root, specification: specification) }
    }

    @Test func aFolderThatCannotBeCleanedIsSaidInWords() throws {
        try withWorld { world in
            try world.check(symlink(world.outside, world.root + "/link"), "symlink")
            let texts = [
                (
                    FilesSpecification(path: "nowhere"),
                    "The path nowhere does not exist under the root \(world.root). Create it, or correct the task's path."
                ),
                (
                    FilesSpecification(path: "link"),
                    "The path link under the root \(world.root) is a symlink or not a directory. Name a directory."
                ),
                (FilesSpecification(path: "a/../b"), "The path a/../b contains `..`. Write it without."),
                (
                    FilesSpecification(match: ["a["]),
                    "A glob of match cannot be used: The glob \"a[\" has a \"[\" without its \"]\". "
                        + "Write \"\\[\" for the character itself. Correct it in the configuration."
                ),
            ]
            for (specification, expected) in texts {
                #expect(try Self.refusal(world, specification) == expected)
            }
            let root = try Root(path: world.root)
            #expect(
                FilesSource.unusable(Array("a".utf8), root, SystemError(EXDEV)).description
                    == "The path a under the root \(world.root) lies on another mount, which is never crossed. "
                    + "Make a connection of its own for it."
            )
        }
    }

    // MARK: Files

    @Test func aFileThatStaysIsSaidInWords() throws {
        try withWorld { world in
            for name in ["a", "b", "c"] { try world.makeFile("root/" + name) }
            var plan = try Cleaning(world).plan()
            try world.check(utimensat(AT_FDCWD, world.root + "/a", nil, 0), "utimensat")
            for index in plan.blocks[0].items.indices
            where DisplayName.exact(plan.blocks[0].name(of: plan.blocks[0].items[index])) == "c" {
                plan.blocks[0].items[index].kind = .other
            }
            let outcomes = try Cleaning(world, FilesSpecification(protect: ["b"])).act(plan)
            #expect(outcomes["a"]?.detail == "a changed since the plan; it stays.")
            #expect(outcomes["b"]?.detail == "b is protected by now; it stays.")
            #expect(outcomes["c"]?.detail == "c is neither file nor directory.")
        }
    }

    @Test func whatIsOpenForWritingIsSaidInWords() throws {
        try withWorld { world in
            try world.makeFile("root/f")
            let cleaning = try Cleaning(world, FilesSpecification(keepOpen: true))
            let plan = try cleaning.plan()
            let writer = open(world.root + "/f", O_WRONLY | O_CLOEXEC)
            let outcomes = cleaning.act(plan)
            close(writer)
            #expect(outcomes["f"]?.detail == "f stays: open for writing by a process.")
        }
    }

    @Test func aPlanThatMakesNoSenseIsSaidInWords() throws {
        try withWorld { world in
            try world.makeDirectory("root/d")
            let root = try Root(path: world.root)
            let version = try root.openDirectory([]).status().identity.placeVersion
            var block = ItemBlock(placeVersion: version)
            for (name, kind) in [("a", Item.Kind.file), ("..", .file), ("d", .directory)] {
                let index = block.append(name, kind: kind, time: Instant(seconds: World.old), size: 1)
                block.items[index].verdict = .remove
            }
            #expect(
                Self.details(block, FilesRemover(root: root, specification: FilesSpecification())) == [
                    "The plan has no version of a; plan again.", "The plan names an entry that cannot be; plan again.",
                    "The plan has no version of d; plan again.",
                ]
            )
            block.place = Array("d".utf8)
            block.placeVersion = []
            #expect(
                Self.details(block, FilesRemover(root: root, specification: FilesSpecification())).first
                    == "The plan has no version of the directory d; plan again."
            )
            block.placeVersion = version
            #expect(
                Self.details(block, FilesRemover(root: root, specification: FilesSpecification(protect: ["d"]))).first
                    == "The directory d is protected or excluded by now; it stays."
            )
        }
    }

    @Test func filesOfWhichSomethingIsNotKnownAreSaidToStay() {
        #expect(BlockRemoval.isMountPoint("a/b") == "a/b is a mount point by now and stays; unmount it.")
        #expect(BlockRemoval.isOwn("a/b") == "a/b belongs to cleanupd itself; it stays.")
        #expect(
            OpenFileCheck.unknown(SystemError(EACCES)) == "cannot tell whether it is open: Permission denied"
        )
        #expect(
            PartSweep.kept(Array("a.orig.part".utf8), in: "the root", as: Array("a.log".utf8))
                == "In the root, a.orig.part was taken away to be compressed, and no archive beside it holds it; it is kept "
                + "as a.log: look at it."
        )
    }

    private static func details(_ block: ItemBlock, _ remover: FilesRemover) -> [String?] {
        remover.act(on: block, compressor: { _, _, _, _ in ItemResult(.failed) }, isCancelled: { false }).map(\.detail)
    }

    @Test func filesOfADirectoryThatIsMovedMeanwhileAreSaidToStay() throws {
        try withWorld { world in
            try world.makeDirectory("root/tmp/x")
            for file in 0..<200 { try world.makeFile("root/tmp/x/f\(file)") }
            let cleaning = try Cleaning(world, FilesSpecification(path: "tmp"))
            let plan = try cleaning.plan()
            var steps = 0
            let outcomes = cleaning.act(plan) {
                steps += 1
                if steps == 2 { rename(world.root + "/tmp/x", world.outside + "/x") }
            }
            #expect(
                Set(outcomes.values.compactMap(\.detail)) == [
                    "The directory tmp/x was moved since the plan; its items stay."
                ]
            )
        }
    }
}
