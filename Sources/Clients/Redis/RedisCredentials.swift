/// A user and a password. Nothing that shows it contains the password.
struct RedisCredentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// `nil`: the default user.
    let user: String?
    let password: String

    var description: String { "RedisCredentials(redacted)" }
    var customMirror: Mirror { Mirror(self, children: ["password": "redacted"]) }

    /// The command that proves them. Redis before version 6 knows no users, and wants the password alone.
    var command: RedisCommand {
        guard let user else { return RedisCommand("AUTH", password) }
        return RedisCommand("AUTH", user, password)
    }
}
