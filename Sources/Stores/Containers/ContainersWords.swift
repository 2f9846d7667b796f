import Clients

/// Why containers stay, one text each.
enum ContainersWords {
    // MARK: Looking

    static func nameTooLong(_ id: String) -> String {
        "The name of container \(id.prefix(12)) is too long. It stays; rename it."
    }

    static let noEnd = "the engine does not say when it ended"

    // MARK: Removing

    static let isOurs = "this program runs in it"
    static let isOther = "state, name or labels are not what the task asks for"

    static func refused(_ reason: String) -> String { "the engine refuses: \(reason)" }

    /// Nothing was asked of the engine but to look.
    static func unseen(_ error: DockerError) -> String { "\(error) The container stays." }

    /// The engine has begun, and did not get to the end.
    static func left(_ state: String, _ error: DockerError) -> String {
        "\(error) It is left \(state); the engine's log says why."
    }

    static func stays(_ name: String, _ why: String) -> String { "container \(name): \(why); it stays" }
}

extension StoreError {
    /// A limit or budget of bytes would count nothing.
    static func noBytes(ofContainer id: String, _ name: String) -> StoreError {
        StoreError(
            .unreadable,
            "The engine does not tell how many bytes container \(id.prefix(12)) (\(name)) takes, which a limit or budget of "
                + "this task needs. Nothing was removed. Leave bytes out of both."
        )
    }
}
