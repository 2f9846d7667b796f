import Glibc
import Retention
import Stores
import Support
import Testing

/// Things that rows name.
@Suite struct OwnedFilesTests {
    private func owned(_ world: World) throws -> OwnedFiles {
        try OwnedFiles(
            rootPath: world.root,
            aliases: ["/data"],
            specification: FilesSpecification(protect: ["*.keep"])
        )
    }

    @Test func filesAndDirectoriesGoByAnySpellingOfTheirPath() throws {
        try withWorld { world in
            try world.makeDirectory("root/previews/1/inner")
            try world.makeFile("root/previews/1/inner/a")
            for name in ["2", "3", "4"] { try world.makeFile("root/previews/\(name)") }
            let owned = try owned(world)
            for path in ["previews/1", "/data/previews/2", world.root + "/previews/3/", "previews//4"] {
                #expect(owned.remove(path, isCancelled: { false }).outcome == .deleted, "\(path)")
            }
            #expect(
                try Set(world.snapshot().entries.keys.map { String(decoding: $0, as: UTF8.self) }).contains(
                    "root/previews"
                )
            )
            #expect(owned.remove("previews/2", isCancelled: { false }).outcome == .gone)
            #expect(owned.remove("no/such/folder/x", isCancelled: { false }).outcome == .gone)
        }
    }

    @Test(arguments: ["/etc/passwd", "../outside/target", "previews/../../outside/target", "", "/data", "."])
    func pathOutsideIsAFailureAndNothingGoes(_ path: String) throws {
        try withWorld { world in
            try world.makeDirectory("root/previews")
            try world.makeFile("outside/target")
            let before = try world.snapshot()
            let result = try owned(world).remove(path, isCancelled: { false })
            #expect(result.outcome == .failed || path.isEmpty, "\(result)")
            #expect(try world.snapshot() == before)
        }
    }

    @Test func nothingIsReachedOverASymbolicLinkAndProtectedThingsStay() throws {
        try withWorld { world in
            try world.makeDirectory("root/previews")
            try world.makeFile("outside/target")
            try world.makeFile("root/previews/a.keep")
            try world.check(symlink(world.outside, world.root + "/previews/out"), "symlink")
            let before = try world.snapshot()
            let owned = try owned(world)
            #expect(owned.remove("previews/a.keep", isCancelled: { false }).outcome != .deleted)
            #expect(owned.remove("previews/out/target", isCancelled: { false }).outcome != .deleted)
            #expect(owned.remove("previews/out", isCancelled: { false }).outcome == .failed)
            #expect(try world.snapshot() == before)
        }
    }
}
