import Glibc
import Testing

@testable import Clients

/// Why a process is not contained, to the letter.
@Suite("Containment: texts of what is not in force")
struct ContainmentErrorTextsTests {
    @Test func whatTheKernelDoesNotHaveIsSaidInWords() {
        #expect(
            Containment.lacksLandlock
                == "Files are not restricted: this kernel has no Landlock, or it is switched off (lsm=)."
        )
        #expect(
            Containment.filesUnrestricted(SystemError(E2BIG))
                == "Files are not restricted: landlock says \"Argument list too long\"."
        )
        #expect(
            Containment.capabilitiesKept(SystemError(EPERM))
                == "Capabilities are not dropped: Operation not permitted."
        )
        #expect(
            Containment.callsUnfiltered(SystemError(EINVAL)) == "System calls are not filtered: Invalid argument."
        )
        #expect(
            Containment.privilegesKept(SystemError(EINVAL)) == "No privilege can be given up: Invalid argument."
        )
    }

    @Test func threadsThatCameTooEarlyAreSaidInWords() {
        #expect(Containment.threadsBefore(1) == "1 thread ran before, and is not contained.")
        #expect(Containment.threadsBefore(2) == "2 threads ran before, and are not contained.")
        #expect(
            Containment.threadsUnknown(SystemError(ENOENT))
                == "Whether other threads ran before is not known, because /proc/self/task cannot be read: "
                + "No such file or directory."
        )
    }

    @Test func aMissingFolderForTemporaryFilesIsSaidWithWhatToDo() {
        #expect(
            Containment.lacksTemporary
                == "There is no folder for temporary files: large sorts of SQLite, and plans beside a state on "
                + "PostgreSQL, may fail. Set TMPDIR to a folder that can be written to."
        )
    }
}
