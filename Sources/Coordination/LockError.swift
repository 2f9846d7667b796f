/// Why a lock was not taken.
package enum LockError: Error, CustomStringConvertible, Sendable, Equatable {
    /// Somebody else holds the lock of `name` (`the service`, or a task): harmless, and the usual case. The process is
    /// as good as its file: `nil` if that names none.
    case held(_ name: String, pid: Int32?)
    /// The lock cannot be taken by anybody (no permission, no folder, a full disk): nothing would ever be cleaned.
    /// `problem` says what happened to which file.
    case unavailable(_ name: String, problem: String)

    /// What happened, to which object, and what to do.
    package var message: String {
        switch self {
        case .held(let name, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return "The lock of \(name) is held by \(holder). Wait until it has ended, or stop it."
        case .unavailable(let name, let problem):
            return "The lock of \(name) cannot be taken: \(problem). "
                + "The user of this process must own that folder and be able to write in it."
        }
    }

    package var description: String { message }
}
