/// Who calls.
package struct Caller: Sendable, Equatable {
    /// The token's name; `local` where none is configured.
    package var name: String
    package var role: ConsoleConfiguration.Role
    /// Address that the call comes from.
    package var address: String
    /// By a session of the page, which can end.
    package var hasSession: Bool

    package init(name: String, role: ConsoleConfiguration.Role, address: String, hasSession: Bool = false) {
        self.name = name
        self.role = role
        self.address = address
        self.hasSession = hasSession
    }
}
