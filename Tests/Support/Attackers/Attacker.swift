import Foundation
import Synchronization

/// A thread that does the same mischief over and over until it is told to stop.
package final class Attacker: Sendable {
    private struct State {
        var isStopped = false
        var rounds = 0
        var isRunning = true
    }

    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// Starts at once. `step` is one round, after which the world must be whole again.
    package init(_ step: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            while state.withLock({ !$0.isStopped }) {
                step()
                state.withLock { $0.rounds += 1 }
            }
            ended.signal()
        }
        thread.start()
    }

    /// Rounds done so far.
    package var rounds: Int { state.withLock { $0.rounds } }

    /// Ends it after its round; call once.
    /// - Returns: how many rounds it did.
    package func stop() -> Int {
        state.withLock { $0.isStopped = true }
        ended.wait()
        return rounds
    }
}

/// The tricks that attackers of a cleaner use, each on plain paths and each whole again at its end.
package enum Trick {
    /// A directory goes away, a symlink takes its place, and all comes back.
    package static func swapBySymlink(_ directory: String, target: String) {
        let away = directory + ".away"
        guard rename(directory, away) == 0 else { return }
        symlink(target, directory)
        unlink(directory)
        rename(away, directory)
    }

    /// A directory and a symlink change places in one step, twice. `link` is made if it is not there.
    package static func exchange(_ directory: String, with link: String, target: String) {
        symlink(target, link)
        _ = renameat2?(AT_FDCWD, directory, AT_FDCWD, link, renameExchange)
        _ = renameat2?(AT_FDCWD, directory, AT_FDCWD, link, renameExchange)
    }

    /// Two names change places in one step, if both are there.
    /// - Returns: whether they were.
    package static func exchangeOnce(_ one: String, with other: String) -> Bool {
        renameat2?(AT_FDCWD, one, AT_FDCWD, other, renameExchange) == 0
    }

    // Hidden behind _GNU_SOURCE from Swift; RENAME_EXCHANGE of linux/fs.h.
    private typealias RenameAt2 =
        @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    private static let renameat2 = dlsym(nil, "renameat2").map { unsafeBitCast($0, to: RenameAt2.self) }
    private static let renameExchange: UInt32 = 1 << 1

    /// A directory is a file for a moment.
    package static func turnIntoFile(_ directory: String) {
        let away = directory + ".away"
        guard rename(directory, away) == 0 else { return }
        close(open(directory, O_CREAT | O_EXCL | O_WRONLY, 0o644))
        unlink(directory)
        rename(away, directory)
    }

    /// A file is a fifo for a moment: whoever opens it carelessly hangs.
    package static func turnIntoFifo(_ file: String) {
        let away = file + ".away"
        guard rename(file, away) == 0 else { return }
        mkfifo(file, 0o644)
        unlink(file)
        rename(away, file)
    }

    /// Another directory stands in a directory's place for a moment.
    package static func replace(_ directory: String, by other: String) {
        let away = directory + ".away"
        guard rename(directory, away) == 0 else { return }
        rename(other, directory)
        rename(directory, other)
        rename(away, directory)
    }

    /// A directory is mounted over with another for a moment. Needs root.
    package static func mountOver(_ directory: String, other: String) {
        guard mount(other, directory, nil, UInt(MS_BIND), nil) == 0 else { return }
        umount2(directory, Int32(MNT_DETACH))
    }
}

/// What a careless cleaner does: lists a directory, then removes by full path. It is here to show that an attacker of
/// these tests catches it; it never sees anything but a test's own world.
package enum UnsafeRemover {
    /// Removes all regular files and directories beneath `path` that are older than `seconds`.
    package static func clean(_ path: String, olderThan seconds: Int64) {
        guard let stream = opendir(path) else { return }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(stream)
        for name in names {
            let full = path + "/" + name
            var status = stat()
            guard lstat(full, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                clean(full, olderThan: seconds)
            } else if status.st_mode & S_IFMT == S_IFREG, Int64(status.st_mtim.tv_sec) < seconds {
                unlink(full)
            }
        }
    }
}
