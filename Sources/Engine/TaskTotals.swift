/// What a task has done since the start of the process.
package struct TaskTotals: Sendable, Equatable {
    /// Deleted, or set where the task's action sets.
    package var items = 0
    package var bytes: Int64 = 0
    package var errors = 0
}
