import Retention

/// Why objects stay, as details of results and as reasons of holds: one text each.
enum ObjectsWords {
    // MARK: It is not what was planned

    static let writtenAgain = "it was written again since the plan; it stays"
    static let currentAgain = "it is current again; it stays"
    static let grew = "more of it was uploaded since the plan; it stays"
    static let tagsChanged = "its tags have changed since the plan; it stays"
    static let hides = "it is what hides the versions beneath it now, one of which would come back; it stays"

    // MARK: Nobody can tell

    /// When it is looked at again.
    static let noETagNow = "the server tells no ETag of it; it stays"
    /// When it is listed.
    static let noETag = "the server tells no ETag, so that nobody can tell whether it is overwritten"
    static let noID =
        "it has no version id of its own, and could be overwritten unseen; allow: { unconditional: true }"
    static let disorder = "the server does not list what took its place before it"
    static let tagsUnread = "its tags could not be read"
    static let tagsUnasked = "its tags were not read, because the run was cancelled"
    static let partsUnasked = "its parts were not listed, because the run was cancelled"

    static func partsUnread(_ reason: String) -> String { "its parts could not be listed: \(reason)" }
}

extension StoreError {
    /// The clocks differ by `offset` seconds, and ages are told by both.
    static func clocksDiffer(_ offset: Double, of server: ObjectsServer) -> StoreError {
        StoreError(
            .denied,
            "Connection \(server.name): the clock of this machine is \(Int64(abs(offset).rounded())) s "
                + "\(offset > 0 ? "ahead of" : "behind") that of the server \(server.server), by which objects have their "
                + "ages, so that young ones could be taken for old ones. Nothing was removed. Set the clock that is wrong; "
                + "more than \(Int64(ObjectsClock.tolerance)) s are too many.",
            guardName: .clockSkew
        )
    }

    /// An object may have been listed twice, and whoever counts would be wrong.
    static func tooManyObjects(_ connection: String, limit: Int) -> StoreError {
        StoreError(
            .unreadable,
            "Connection \(connection) has more than \(limit) objects that the task looks at: too many for a rule of keep that "
                + "counts them, because a server may list an object twice. Nothing was removed. Narrow prefix or match, or "
                + "leave the counts out."
        )
    }
}
