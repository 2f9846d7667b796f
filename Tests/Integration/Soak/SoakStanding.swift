/// Alerts that stand because a task is made so on purpose. Each is named with its labels; of no other task, guard or
/// cycle is anything exempted.
enum SoakStanding {
    /// Their labels.
    static let alerts: [[String: String]] =
        SoakConfiguration.guarded.flatMap { ofGuarded($0, by: $1) } + ofCycles + ofPreviews

    /// A refusal is a failure of its cycle.
    private static let ofCycles = [["alertname": "CleanupCycleFailed", "cycle": SoakConfiguration.guards]]

    /// A soak of hours is a week to the rules.
    private static let ofPreviews = SoakConfiguration.previews.map {
        ["alertname": "CleanupDryRunLeftOn", "task": $0]
    }

    /// What never succeeds, and lets all stay that is due, is told in each of these ways.
    private static func ofGuarded(_ task: String, by name: String) -> [[String: String]] {
        let told = ["CleanupRunsFailing", "CleanupTaskNeverSucceeded", "CleanupOverdue", "CleanupDeletesNothing"]
        let tripped = ["alertname": "CleanupGuardTripped", "task": task, "guard": name]
        return told.map { ["alertname": $0, "task": task] } + [tripped]
    }

    static func covers(_ firing: SoakAlerts.Firing) -> Bool {
        alerts.contains { wanted in wanted.allSatisfy { firing.labels[$0.key] == $0.value } }
    }
}
