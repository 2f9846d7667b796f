/// Why there is no connection to Redis, as clauses: what stands behind `is not connected:`.
enum RedisReasons {
    static let ended = "the client has ended"
    static let noMaster = "it is not a master; the Sentinels have not agreed on a new one yet"
    static let unknownMaster = "it knows no master of that name; check the end of the URL"

    /// - Parameter failures: what each Sentinel said.
    static func noSentinel(names master: String, _ failures: [String]) -> String {
        "no Sentinel names a master \(master): \(failures.joined(separator: "; "))"
    }

    static func unanswered(isEncrypted: Bool) -> String {
        "the server did not answer in time" + (isEncrypted ? "; does its port speak TLS?" : "")
    }

    /// - Parameter path: `nil` = what the system trusts.
    static func certificates(_ path: String?) -> String {
        "the CA file \(path ?? "of the system") cannot be read as certificates in PEM"
    }
}
