/// Who asked for a run.
package enum Trigger: String, Sendable {
    case schedule
    /// A firing that was missed while the service was down.
    case catchUp = "catch_up"
    case commandLine = "command_line"
    case api
    /// `apply` of a sealed plan.
    case plan
}
