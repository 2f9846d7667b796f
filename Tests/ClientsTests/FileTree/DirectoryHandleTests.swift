import CLinux
import Clients
import Glibc
import Support
import Testing

@Suite struct DirectoryHandleTests {
    private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    @Test func namesThatAreNoEntryCannotBeSaid() {
        let names = NameBuffer()
        for text in ["", ".", "..", "a/b", "/", "a\0b", String(repeating: "x", count: 256)] {
            #expect(names.name(bytes(text)) == nil, "\(text)")
        }
        for text in ["...", " ", "-rf", String(repeating: "x", count: 255)] {
            #expect(names.name(bytes(text))?.bytes.elementsEqual(text.utf8) == true, "\(text)")
        }
    }

    @Test func theShimRefusesAPathToRemove() throws {
        try withWorld { world in
            try world.makeFile("root/f")
            let root = try Root(path: world.root)
            for path in ["../root/f", "./f", world.root + "/f", "", ".", ".."] {
                #expect(clinux_unlink(root.handle.descriptor, path, false) == -EINVAL, "\(path)")
                #expect(clinux_unlink(root.handle.descriptor, path, true) == -EINVAL, "\(path)")
            }
            #expect(world.exists("root/f"))
        }
    }

    @Test func nothingOutsideIsOpened() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/b")
            try world.check(symlink(world.outside, world.root + "/link"), "symlink")
            try world.check(symlink("a", world.root + "/inner"), "symlink")
            let root = try Root(path: world.root)
            func failure(_ path: String) -> Int32? {
                #expect(throws: SystemError.self) { try root.openDirectory(bytes(path)) }?.errno
            }
            #expect(failure("..") == EXDEV)
            #expect(failure("a/../../outside") == EXDEV)
            #expect(failure("/") == EXDEV)
            #expect(failure("link") == ENOTDIR)
            #expect(failure("inner/b") == ELOOP)
            #expect(failure("a\0/b") == EINVAL)
            #expect(failure("nowhere") == ENOENT)
            #expect(try root.openDirectory(bytes("a/b")).status().kind == .directory)
        }
    }

    @Test func timesAtTheEndsOfTheRangeAreHeldThere() throws {
        try withWorld(isOnDisk: false) { world in
            try world.makeFile("root/far", seconds: 8_000_000_000_000)
            try world.makeFile("root/before", seconds: -1)
            let root = try Root(path: world.root)
            let names = NameBuffer()
            let far = try #require(names.name(bytes("far")))
            #expect(try root.handle.status(of: far).modified > 4_000_000_000 * 1_000_000_000)
            let before = try #require(names.name(bytes("before")))
            #expect(try root.handle.status(of: before).modified == -1_000_000_000)
        }
    }

    @Test func errorsSayWhatHappenedToWhichPathAndWhatToDo() {
        let error = FileTreeError.opening(Array("a/\u{1b}[2Jb".utf8), SystemError(EACCES))
        #expect(error.code == .permission)
        #expect(
            error.message
                == "Cannot open the directory a/\\x1B[2Jb: Permission denied. "
                + "Let the user that cleanupd runs as read and write the directory."
        )
    }
}
