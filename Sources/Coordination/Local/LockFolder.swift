import Foundation

/// The open folder of lock files: ours alone, because a lock that anybody can take stops all cleaning in silence.
struct LockFolder: ~Copyable {
    let descriptor: Int32

    /// Opens the folder, and makes it (mode 0700) if there is none. Throws what is wrong with it.
    init(_ path: String) throws(Problem) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .call("created", errno) }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw .call("opened as a folder", errno) }
        do throws(Problem) {
            try Self.makePrivate(folder)
        } catch {
            close(folder)
            throw error
        }
        descriptor = folder
    }

    deinit { close(descriptor) }

    /// What is wrong, as the end of a sentence that begins with the path of the lock file, and what to do.
    struct Problem: Error {
        var text: String
        var remedy: String

        init(
            _ text: String,
            remedy: String = "The user of this process must own that folder and be able to write in it."
        ) {
            self.text = text
            self.remedy = remedy
        }

        /// A failed system call.
        /// - Parameter attempt: what cannot be done to it, as a participle: `opened`.
        static func call(_ attempt: String, _ code: Int32) -> Problem {
            Problem("cannot be \(attempt): \(String(cString: strerror(code)))")
        }

        /// Mostly a person runs cleanupd as root beside a service of another user, or did so before that began.
        static func isOthers(_ user: UInt32) -> Problem {
            let asOwner =
                user == 0
                ? "Run cleanupd as root"
                : "Run cleanupd as that user (runuser -u $(id -nu \(user)) -- cleanupd ...)"
            return Problem(
                "lies in a folder of \(user == 0 ? "root" : "another user (\(user))")",
                remedy: "\(asOwner), with the variables of its service. If a run by hand has made that folder, "
                    + "give it, and the state beside it, to the user of the service (chown)."
            )
        }

        static let isReplaced = Problem("is replaced by somebody again and again")
    }

    private static func makePrivate(_ folder: Int32) throws(Problem) {
        var info = stat()
        guard fstat(folder, &info) == 0 else { throw .call("examined", errno) }
        guard info.st_uid == geteuid() else { throw .isOthers(info.st_uid) }
        guard info.st_mode & 0o777 != 0o700 else { return }
        guard fchmod(folder, 0o700) == 0 else { throw .call("made private", errno) }
    }
}
