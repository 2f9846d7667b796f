import CLinux
import Foundation

/// A folder of this user's own for temporary files, so that a contained process needs no rights on the one of everybody.
package enum TemporaryPlace {
    /// The path of the folder; `nil` where it cannot be had, so that what needs one works in memory instead.
    ///
    /// It is shared by all processes of the user, and held by a shared lock as long as this one lives: cleaners of the
    /// folder around it, systemd-tmpfiles and this program among them, leave a locked directory alone.
    /// - Parameter folder: in which it lies; `nil` = where temporary files usually are.
    package static func make(in folder: String? = nil) -> String? {
        let name = "cleanupd-\(geteuid())"
        let around = URL(fileURLWithPath: folder ?? NSTemporaryDirectory())
        let path = (around.lastPathComponent == name ? around : around.appendingPathComponent(name)).path
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return nil }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        do throws(SystemError) {
            let status = try FileStatus(descriptor: descriptor)
            // Who else could write here could put something in the place of what is written.
            guard status.user == geteuid(), status.mode & 0o077 == 0 else {
                close(descriptor)
                return nil
            }
        } catch {
            // Not to be trusted, then.
            close(descriptor)
            return nil
        }
        // For the life of the process: the lock ends with the descriptor. Without it others may remove the folder.
        _ = clinux_lock_shared(descriptor)
        return path
    }
}
