/// A small number that survives restarts (a time, a count), and is shown as a metric.
package struct Stamp: Sendable, Equatable {
    /// What it belongs to: a task, a cycle, the service.
    package var scope: String
    package var name: String
    package var value: Double

    package init(scope: String, name: String, value: Double) {
        self.scope = scope
        self.name = name
        self.value = value
    }
}
