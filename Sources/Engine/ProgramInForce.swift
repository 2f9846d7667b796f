import Synchronization

/// The program that is in force at the moment, for tasks of cycles and calls that began under an earlier one.
package final class ProgramInForce: Sendable {
    private let program: Mutex<Program?>

    /// - Parameter program: `nil` = there is none but the run's own.
    package init(_ program: Program? = nil) { self.program = Mutex(program) }

    package func replace(with program: Program) { self.program.withLock { $0 = program } }

    /// The task as it is now; `nil` = it is not there any more, or there is no program but the run's own.
    func task(_ name: String) -> TaskDefinition? { program.withLock { $0?.task(name) } }

    /// Whether the switches of this moment allow the task only dry runs, or it is switched off, or not there any more.
    func mustDryRun(_ name: String) -> Bool {
        program.withLock { program in
            guard let program else { return false }
            guard let task = program.task(name) else { return true }
            return program.mustDryRun(task) || task.isSwitchedOff
        }
    }
}
