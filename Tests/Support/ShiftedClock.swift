/// A wall clock that is not the machine's, for one program: Debian's `faketime`.
package enum ShiftedClock {
    /// What to put before a command.
    ///
    /// `faketime` keeps the offset in shared memory that it names by its process, and refuses to start when a process that
    /// had the same number was killed and left its own behind; whose number this is now has no use for that.
    /// - Parameter clock: as `faketime -f` takes it: `+25h`, `-30s`, `2020-01-01 00:00:00`.
    package static func launcher(_ clock: String) -> [String] {
        let script = """
            rm -f "/dev/shm/faketime_shm_$$" "/dev/shm/sem.faketime_sem_$$"
            exec /usr/bin/faketime -f "$@"
            """
        return ["/bin/sh", "-c", script, "faketime", clock]
    }
}
