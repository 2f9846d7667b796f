/// `CLEANUPD_CONTAINMENT`: on unless it says off, for debuggers and for roots that are replaced while the service runs.
enum ContainmentSwitch {
    static let variable = "CLEANUPD_CONTAINMENT"

    /// Throws `CommandFailure` for a word that is neither.
    static func isOn(in environment: [String: String]) throws -> Bool {
        switch environment[variable] ?? "" {
        case "", "on": return true
        case "off": return false
        case let word:
            throw CommandFailure.usage("\(variable) is \"\(word)\": say on or off, or leave it out for on.")
        }
    }
}
