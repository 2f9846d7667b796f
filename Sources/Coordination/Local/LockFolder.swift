import Foundation

/// The open folder of lock files: ours alone, because a lock that anybody can take stops all cleaning in silence.
struct LockFolder: ~Copyable {
    let descriptor: Int32

    /// Opens the folder, and makes it (mode 0700) if there is none. Throws what is wrong with it.
    init(_ path: String) throws(Problem) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw Problem("cannot be created: \(Problem.text(errno))") }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw Problem("cannot be opened as a folder: \(Problem.text(errno))") }
        do throws(Problem) {
            try Self.makePrivate(folder)
        } catch {
            close(folder)
            throw error
        }
        descriptor = folder
    }

    deinit { close(descriptor) }

    /// What is wrong, as the end of a sentence that begins with the path.
    struct Problem: Error {
        var text: String

        init(_ text: String) { self.text = text }

        static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
    }

    private static func makePrivate(_ folder: Int32) throws(Problem) {
        var info = stat()
        guard fstat(folder, &info) == 0 else { throw Problem("cannot be examined: \(Problem.text(errno))") }
        guard info.st_uid == geteuid() else { throw Problem("belongs to another user (\(info.st_uid))") }
        guard info.st_mode & 0o777 != 0o700 else { return }
        guard fchmod(folder, 0o700) == 0 else { throw Problem("cannot be made private: \(Problem.text(errno))") }
    }
}
