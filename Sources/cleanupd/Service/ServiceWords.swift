import Clients
import Coordination

/// What goes wrong in the service and only its log tells, or what is shown of calls and cycles: one function each.
enum ServiceWords {
    // MARK: Health

    /// Why a service is not ready that has only begun.
    static let notScheduling = "the scheduler has not started"

    // MARK: Configuration and settings

    static func notReloaded(_ error: any Error) -> String {
        "The configuration was not reloaded; the old one stays in force. \(error)"
    }

    static func certificateNotRenewed(_ problem: String) -> String {
        "The certificate was not renewed; the old one stays in force. \(problem)"
    }

    static func settingsNotTaken(_ error: any Error) -> String {
        "Changed settings could not be taken over; the old ones stay in force. \(error)"
    }

    static func storedSettingsUnread(_ error: any Error) -> String {
        "What was set by calls cannot be read; what is shown is the file's: \(error)"
    }

    /// - Parameter isKnown: they could be read before.
    static func tableUnread(_ cycle: String, isKnown: Bool, _ error: any Error) -> String {
        "\(cycle): its settings cannot be read, so that "
            + (isKnown ? "the last ones hold" : "it stays switched off until they can") + ": \(error)"
    }

    /// - Parameter slip: what is not legal.
    static func slipOfDefault(_ cycle: String, _ slip: String) -> String { "\(cycle): \(slip); the default holds." }

    static func slipThatSwitchesOff(_ cycle: String, _ slip: String) -> String {
        "\(cycle): \(slip); the cycle is switched off until all are legal."
    }

    static func slipOfRetention(_ cycle: String, _ slip: String, last days: Int) -> String {
        "\(cycle): \(slip); the last legal one, \(days), holds."
    }

    // MARK: What is shown of calls and cycles

    static let noRun = "No run of it began, or none is remembered; the log says why."

    static func settingsUnusable(in table: String) -> String {
        "Its settings in \(table) cannot be read, or hold no legal retention_days: it does not fire until they do. "
            + "The log says which."
    }

    static func skipped(because condition: String) -> String {
        "It is skipped in this environment, because of \(condition) (skip_when_env)."
    }

    // MARK: Calls

    static func fateNotRecorded(ofCall id: String, _ error: any Error) -> String {
        "What became of call \(id) could not be recorded: \(error)"
    }

    static func runFailed(for who: String, _ error: any Error) -> String {
        "The run that \(who) asked for failed: \(error)"
    }

    // MARK: Servers

    static func bucketUnknown(_ connection: String, _ error: any Error) -> String {
        "\(connection): what the bucket can do is not known: \(error)"
    }

    static func redisUnread(_ error: any Error) -> String { "The settings of Redis cannot be read: \(error)" }

    static func epochUnread(_ error: any Error) -> String { "The epoch of the leader cannot be read: \(error)" }

    static func noClock(_ connection: String) -> String {
        "\(connection) tells no time: clock_timestamp() gave nothing. Check that it is a server of PostgreSQL."
    }

    static func redisGone(_ server: String, _ reason: String) -> String {
        "\(RedisError.notConnected(server: server, reason: reason)). Without it nobody may act."
    }

    static func lockTrouble(_ lock: String, _ step: LeaseProblem.Step, _ fault: LeaseFault) -> String {
        let done =
            switch step {
            case .ask: "asked for"
            case .mark: "marked in the state store"
            case .renew: "renewed"
            case .release: "given back"
            }
        return "The lock \(lock) could not be \(done): \(fault.message)"
    }

    static func notCounted(_ connection: String, _ error: any Error) -> String {
        "A refusal by \(connection) could not be counted: \(error)"
    }

    // MARK: The process

    static func fewFiles(_ limit: UInt64) -> String {
        "This process may have only \(limit) files open; clients could use them up. Raise the limit (LimitNOFILE=, ulimit "
            + "-Hn)."
    }

    static let notContained = "Not contained by the kernel (\(ContainmentSwitch.variable)=off, or the demo)."

    static func placeIsMissing(_ place: AllowedPlace) -> String {
        "\(place.path) (\(place.purpose)) is not there, and the kernel will let this process change nothing in it if it "
            + "comes; restart the service then."
    }
}
