/// What a kernel is told to deny, and where not: a value, made from the places that a program needs and from what the
/// kernel knows. See landlock(7).
package struct LandlockRules: Sendable, Equatable {
    /// One exception.
    package struct Rule: Sendable, Equatable {
        package var path: String
        package var rights: FileRights
    }

    /// To signal processes that are not contained, too, is denied from version 6 on.
    private static let signals: UInt64 = 1 << 1
    private static let firstWithScopes = 6

    /// Denied everywhere but by a rule.
    package var denied: FileRights
    package var scoped: UInt64
    package var rules: [Rule]

    /// - Parameters:
    ///   - version: of the kernel's Landlock, from 1.
    ///   - places: where something stays allowed, and beneath which.
    package init(version: Int, places: [AllowedPlace]) {
        let known = FileRights.known(toVersion: version)
        denied = known
        scoped = version >= Self.firstWithScopes ? Self.signals : 0
        rules = AllowedPlace.merged(places).compactMap { place in
            // A right that the kernel does not know is not denied either, and a rule without one is refused.
            let rights = place.rights.intersection(known)
            return rights.isEmpty ? nil : Rule(path: place.path, rights: rights)
        }
    }
}
