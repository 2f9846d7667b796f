/// Why a lock was not taken.
package enum LockError: Error, CustomStringConvertible, Sendable, Equatable {
    /// Somebody else holds the lock of `name` (`the service`, or a task): harmless, and the usual case.
    case held(_ name: String, by: LockHolder?)
    /// The lock cannot be taken by anybody (no permission, no folder, a full disk, no server): nothing would ever be
    /// cleaned. `problem` says what happened to which object, and what to do.
    case unavailable(_ name: String, problem: String)

    /// What happened, to which object, and what to do.
    package var message: String {
        switch self {
        case .held(let name, let holder):
            return "The lock of \(name) is held by \(holder?.text ?? "another process"). "
                + "Wait until it has ended, or stop it."
        case .unavailable(let name, let problem):
            return "The lock of \(name) cannot be taken: \(problem)"
        }
    }

    package var description: String { message }

    /// Nobody gave an answer while it would have been worth something.
    static func unanswered(_ name: String, within time: Duration) -> LockError {
        .unavailable(
            name,
            problem: "no answer within \(time). Look at the server of the locks, and at the state store."
        )
    }

    /// Locks are given back, and no new ones taken.
    static func ending(_ name: String) -> LockError { .unavailable(name, problem: "the service ends.") }
}

/// Who holds a lock; as good as what the holder wrote into it.
package enum LockHolder: Sendable, Equatable {
    /// A process of this machine.
    case process(Int32)
    /// A replica, by its name.
    case replica(String)

    package var text: String {
        switch self {
        case .process(let pid): "process \(pid)"
        case .replica(let name): "replica \(name)"
        }
    }
}
