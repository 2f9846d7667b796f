import Synchronization

/// The program that is in force at the moment, for runs that began under an earlier one: its switches win.
package final class ProgramInForce: Sendable {
    private let program: Mutex<Program?>

    /// - Parameter program: `nil` = there is none but the run's own.
    package init(_ program: Program? = nil) { self.program = Mutex(program) }

    package func replace(with program: Program) { self.program.withLock { $0 = program } }

    /// Whether the switches of this moment allow the task only dry runs, or it is not there any more.
    func mustDryRun(_ name: String) -> Bool {
        program.withLock { program in
            guard let program else { return false }
            guard let task = program.task(name) else { return true }
            return program.mustDryRun(task)
        }
    }
}
