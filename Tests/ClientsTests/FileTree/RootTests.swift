import Clients
import Glibc
import Support
import Testing

@Suite struct RootTests {
    private func refusal(_ path: String) -> FileTreeError? {
        #expect(throws: FileTreeError.self) { try Root(path: path) }
    }

    @Test func opensAnOrdinaryDirectory() throws {
        try withWorld { world in
            for path in [world.root, world.base + "//root/./../root/"] {
                let root = try Root(path: path)
                #expect(root.path == world.root)
            }
        }
    }

    @Test func refusesTheRootOfTheSystemUnderAnyName() throws {
        try withWorld { world in
            try world.check(symlink("/", world.base + "/link"), "symlink")
            for path in ["/", "//", "/.", "/tmp/..", world.base + "/link"] {
                #expect(refusal(path)?.code == .unsafe)
                #expect(
                    refusal(path)?.message
                        == "The root \(path) is /. Point the connection's url to the directory that is to be cleaned."
                )
            }
        }
    }

    @Test func refusesWhatIsMissingRelativeOrNoDirectory() throws {
        try withWorld { world in
            try world.makeFile("file")
            let missing = refusal(world.base + "/nowhere")
            #expect(missing?.code == .missing)
            #expect(
                missing?.message
                    == "The root \(world.base)/nowhere does not exist. Create the directory, or correct the connection's url."
            )
            #expect(refusal(world.base + "/file")?.code == .notDirectory)
            #expect(refusal(world.base + "/file/deeper")?.code == .notDirectory)
            #expect(refusal("relative")?.code == .unsafe)
            #expect(refusal("")?.code == .unsafe)
        }
    }

    @Test func refusesADirectoryThatOthersCanReplace() throws {
        try requireRoot()
        try withWorld { world in
            try world.makeDirectory("parent/root")
            let (parent, path) = (world.base + "/parent", world.base + "/parent/root")
            #expect(try Root(path: path).path == path)
            for mode: mode_t in [0o777, 0o757] {
                try world.check(chmod(parent, mode), "chmod")
                #expect(refusal(path)?.code == .unsafe)
                #expect(refusal(path)?.message.contains("chmod go-w \(parent)") == true)
            }
            try world.check(chown(parent, 0, 1_000), "chown")
            try world.check(chmod(parent, 0o775), "chmod")
            #expect(refusal(path)?.code == .unsafe)
            // In a sticky directory only the owner may rename.
            try world.check(chmod(parent, 0o1777), "chmod")
            #expect(try Root(path: path).path == path)
            try world.check(chown(path, 1_000, 1_000), "chown")
            #expect(refusal(path)?.code == .unsafe)
            try world.check(chmod(parent, 0o755), "chmod")
            #expect(try Root(path: path).path == path)
            try world.check(chown(parent, 1_000, 1_000), "chown")
            #expect(refusal(path)?.message.contains("\(parent) belongs to user 1000") == true)
        }
    }

    @Test func refusesARootThatEverybodyMayWriteTo() throws {
        try withWorld { world in
            try world.check(chmod(world.root, 0o777), "chmod")
            #expect(refusal(world.root)?.code == .unsafe)
            try world.check(chmod(world.root, 0o1777), "chmod")
            #expect(try Root(path: world.root).path == world.root)
        }
    }

    /// To Swift a slash with an accent behind it is no slash.
    @Test func aSymlinkThatLeadsUpwardsLeadsAsTheSystemHasItWhateverTheNames() throws {
        try withWorld { world in
            let folder = "\u{301}accent/\u{301}deeper"
            for path in ["\u{301}accent", folder, "\u{301}accent/data"] {
                try world.check(mkdir(world.base + "/" + path, 0o755), "mkdir")
            }
            try world.check(symlink("../data", world.base + "/" + folder + "/link"), "symlink")
            #expect(try Root(path: world.base + "/" + folder + "/link").path == world.base + "/\u{301}accent/data")
        }
    }

    @Test func followsASymlinkOnlyWhereNobodyElseCanRedirectIt() throws {
        try requireRoot()
        try withWorld { world in
            try world.makeDirectory("links")
            let link = world.base + "/links/data"
            try world.check(symlink("../root", link), "symlink")
            #expect(try Root(path: link).path == world.root)
            try world.check(chmod(world.base + "/links", 0o1777), "chmod")
            #expect(try Root(path: link).path == world.root)
            try world.check(lchown(link, 1_000, 1_000), "lchown")
            #expect(refusal(link)?.code == .unsafe)
            try world.check(symlink(world.base + "/loop", world.base + "/loop"), "symlink")
            #expect(refusal(world.base + "/loop")?.errno == ELOOP)
        }
    }
}
