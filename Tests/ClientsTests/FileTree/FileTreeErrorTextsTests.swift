import Glibc
import Support
import Testing

@testable import Clients

/// What is said of roots, directories and containment, to the letter.
@Suite struct FileTreeErrorTextsTests {
    private static let path = Array("/srv/data".utf8)

    // MARK: System calls

    @Test(
        arguments: [
            (EACCES, "Permission denied. Let the user that cleanupd runs as read and write the directory."),
            (
                EPERM,
                "Operation not permitted. It belongs to another user in a sticky directory, or is immutable: "
                    + "run as its owner, or chattr -i."
            ),
            (
                EROFS,
                "Read-only file system. The file system is mounted read-only: mount it read-write, or disable the task."
            ),
            (EBUSY, "Device or resource busy. It is a mount point or in use: unmount it, or exclude it."),
            (ENOTEMPTY, "Directory not empty. Something was put into it meanwhile; the next run looks again."),
            (EEXIST, "File exists. Something was put into it meanwhile; the next run looks again."),
            (EAGAIN, "Resource temporarily unavailable. Renames kept racing with it; the next run looks again."),
            (
                EXDEV,
                "Invalid cross-device link. It lies on another mount, which is never crossed: make a connection of its "
                    + "own for it."
            ),
            (EMFILE, "Too many open files. Raise the limit of open files (ulimit -n)."),
            (EIO, "Input/output error. Check the disk and the kernel's log."),
            (ENOSPC, "No space left on device. Free some space by hand; the next run tries again."),
            (
                ENOSYS,
                "Function not implemented. cleanupd needs Linux 5.6 or later, and a sandbox that allows openat2."
            ),
            (
                ENOENT,
                "No such file or directory. It was replaced or removed meanwhile; the next run looks again."
            ),
            (EINVAL, "Invalid argument. The next run tries again."),
        ] as [(Int32, String)]
    )
    func aFailedCallIsSaidWithWhatToDo(_ errno: Int32, _ expected: String) {
        let error = SystemError(errno)
        let texts = [
            FileTreeError.opening(Self.path, error).description, FileTreeError.reading(Self.path, error).description,
            FileTreeError.examining(Self.path, error).description, FileTreeError.removing(Self.path, error).description,
        ]
        let whats = ["Cannot open the directory", "Cannot read the directory", "Cannot examine", "Cannot remove"]
        #expect(texts == whats.map { "\($0) /srv/data: \(expected)" })
    }

    @Test func aLockAndADepthAreSaidWithWhatToDo() {
        #expect(
            FileTreeError.locking(Self.path, SystemError(EWOULDBLOCK)).description
                == "/srv/data is locked by another process; it stays."
        )
        #expect(
            FileTreeError.locking(Self.path, SystemError(ENOLCK)).description
                == "Cannot lock the directory /srv/data: No locks available. The next run tries again."
        )
        #expect(
            FileTreeError.tooDeep(Array("a\n\"".utf8)).description
                == "a\\x0A\\x22 lies deeper than 512 directories and was not entered. Clean it by hand, or begin the "
                + "task's path further down."
        )
    }

    // MARK: Roots

    private static func refusal(_ path: String) -> String? {
        errorText { _ = try Root(path: path) }
    }

    @Test func aRootThatIsNoneIsRefusedInWords() throws {
        try withWorld { world in
            try world.makeFile("file")
            let (base, file) = (world.base, world.base + "/file")
            #expect(
                Self.refusal("relative")
                    == "The root relative is not absolute. Write the whole path, beginning with a slash."
            )
            #expect(
                Self.refusal("/a\0b") == "The root /a\\x00b contains a zero byte. Correct the connection's url."
            )
            #expect(
                Self.refusal(file)
                    == "The root \(file) is not a directory. Point the connection's url to a directory."
            )
            try world.check(symlink("loop", base + "/loop"), "symlink")
            #expect(
                Self.refusal(base + "/loop")
                    == "The root \(base)/loop leads over too many symlinks. Name the directory itself."
            )
            let latin: [CChar] = [CChar(bitPattern: 0xE9), 0]
            try world.check(symlink(latin, base + "/latin"), "symlink")
            #expect(
                Self.refusal(base + "/latin")
                    == "The root \(base)/latin leads over \(base)/latin, whose target is not UTF-8. "
                    + "Name the directory itself."
            )
        }
    }

    @Test func aRootThatOthersCanReplaceIsRefusedInWords() throws {
        try #require(geteuid() == 0, "Giving directories to others needs root.")
        try withWorld { world in
            try world.makeDirectory("parent/root")
            let (parent, path) = (world.base + "/parent", world.base + "/parent/root")
            let replace = "Another user could put something else in the place of \(path)."
            try world.check(chmod(parent, 0o777), "chmod")
            #expect(
                Self.refusal(path)
                    == "The root \(path) is refused: \(parent) is writable by its group or by everybody. \(replace) "
                    + "Do: chmod go-w \(parent)"
            )
            try world.check(chmod(parent, 0o1777), "chmod")
            try world.check(chown(path, 1_000, 1_000), "chown")
            #expect(
                Self.refusal(path)
                    == "The root \(path) is refused: \(path) belongs to user 1000 and lies in a directory that everybody "
                    + "may write to. \(replace) Run as that user, or chown root \(path)."
            )
            try world.check(chmod(parent, 0o755), "chmod")
            try world.check(chmod(path, 0o777), "chmod")
            #expect(
                Self.refusal(path)
                    == "The root \(path) is refused: everybody may replace what lies in it. Do: chmod o-w \(path) "
                    + "(or chmod +t \(path))"
            )
            try world.check(chown(parent, 1_000, 1_000), "chown")
            #expect(
                Self.refusal(path)
                    == "The root \(path) is refused: \(parent) belongs to user 1000. \(replace) "
                    + "Run as that user, or chown root \(parent)."
            )
        }
    }

    // MARK: Containment

    @Test func whatTheKernelKeepsBackIsSaidWithWhatToDo() throws {
        let rest =
            "when this process began, and the kernel lets it change nothing there (containment). Restart the service."
        let place = AllowedPlace("/tmp", FileRights(rawValue: 1), for: "connection data")
        let now = try #require(PlaceIdentity(path: "/tmp"))
        let other = PlaceIdentity(device: 0, inode: 0, mount: 0)
        #expect(
            Containment(landlock: 7, places: [.init(place, nil)]).refusal(at: "/tmp", found: now)
                == "/tmp was not there \(rest)"
        )
        #expect(
            Containment(landlock: 7, places: [.init(place, other)]).refusal(at: "/tmp", found: now)
                == "/tmp was another directory, or mount, \(rest)"
        )
        var partly = Containment(landlock: 7, filtersCalls: true)
        partly.bindsAllThreads = false
        #expect(partly.summary == "landlock 7, system calls filtered, not for all threads")
    }
}
