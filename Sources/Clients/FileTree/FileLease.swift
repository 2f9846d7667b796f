import CLinux
import Glibc

/// A file that nobody has open for writing, held so by a read lease for as long as this object lives.
package final class FileLease {
    private let descriptor: Int32

    /// Takes a lease on the very file that `status` describes.
    ///
    /// - Throws: EAGAIN while a process has it open for writing; EACCES or another errno where nobody can tell;
    ///   ESTALE if the name means another file by now.
    package init(_ name: EntryName, in directory: DirectoryHandle, status: FileStatus) throws(SystemError) {
        // O_NONBLOCK: a foreign write lease, too, is EAGAIN and counts as open for writing.
        descriptor = try directory.open(name, CLINUX_OPEN_FILE)
        let result =
            try FileStatus(descriptor: descriptor).identity == status.identity ? clinux_lease(descriptor) : -ESTALE
        _ = try SystemError.check(result)
    }

    deinit { close(descriptor) }

    /// Nobody has begun to open the file for writing since.
    package var stands: Bool { clinux_lease_stands(descriptor) == 1 }
}
