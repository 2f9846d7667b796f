/// What is not in force, and why, in sentences: ``Containment/problems``.
extension Containment {
    static let lacksTemporary =
        "There is no folder for temporary files: large sorts of SQLite, and plans beside a state on PostgreSQL, "
        + "may fail. Set TMPDIR to a folder that can be written to."

    static let lacksLandlock = "Files are not restricted: this kernel has no Landlock, or it is switched off (lsm=)."

    static func threadsUnknown(_ error: SystemError) -> String {
        "Whether other threads ran before is not known, because /proc/self/task cannot be read: \(error.text)."
    }

    /// - Parameter count: of threads that ran before.
    static func threadsBefore(_ count: Int) -> String {
        count == 1
            ? "1 thread ran before, and is not contained." : "\(count) threads ran before, and are not contained."
    }

    static func privilegesKept(_ error: SystemError) -> String { "No privilege can be given up: \(error.text)." }

    static func capabilitiesKept(_ error: SystemError) -> String { "Capabilities are not dropped: \(error.text)." }

    static func callsUnfiltered(_ error: SystemError) -> String { "System calls are not filtered: \(error.text)." }

    static func filesUnrestricted(_ error: SystemError) -> String {
        "Files are not restricted: landlock says \"\(error.text)\"."
    }
}
