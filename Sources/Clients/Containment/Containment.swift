import Synchronization

/// What the kernel keeps this process from, for good: a fact about the process, as its limits are.
///
/// Each part that a kernel does not have is left out and named in `problems`; none of them ends the program.
package struct Containment: Sendable, Equatable {
    /// A place of the file system, as it was found.
    package struct Place: Sendable, Equatable {
        package var allowed: AllowedPlace
        /// What lay there when the process was contained; `nil` = nothing, or it could not be looked at.
        package var identity: PlaceIdentity?

        package init(_ allowed: AllowedPlace, _ identity: PlaceIdentity?) {
            self.allowed = allowed
            self.identity = identity
        }
    }

    /// Version of Landlock that is in force; 0 = none.
    package var landlock: Int
    /// The filter of system calls is in force.
    package var filtersCalls: Bool
    /// The process has no capability beyond those that it needs.
    package var dropsCapabilities: Bool
    /// There was no other thread before, which would not be bound.
    package var bindsAllThreads = true
    package var places: [Place]
    /// What is not in force, and why, in sentences.
    package var problems: [String]

    package init(
        landlock: Int = 0,
        filtersCalls: Bool = false,
        dropsCapabilities: Bool = false,
        places: [Place] = [],
        problems: [String] = []
    ) {
        self.landlock = landlock
        self.filtersCalls = filtersCalls
        self.dropsCapabilities = dropsCapabilities
        self.places = places
        self.problems = problems
    }

    /// Nothing is in force.
    package static let none = Containment()

    private static let own = Mutex(Containment.none)

    /// Of this process.
    package static var current: Containment {
        get { own.withLock { $0 } }
        set { own.withLock { $0 = newValue } }
    }

    /// Places that were not there when the process was contained: it may change nothing in them.
    package var missing: [AllowedPlace] {
        landlock == 0 ? [] : places.filter { $0.identity == nil }.map(\.allowed)
    }

    /// Which of `wanted` need rights that the process does not have, and cannot get any more.
    ///
    /// What was asked for at the start and was not there is not among them: nothing is asked for anew.
    /// - Parameters:
    ///   - resolve: a path without symlinks; `nil` if nothing is there.
    ///   - look: what lies at a path now.
    package func lacking(
        _ wanted: [AllowedPlace],
        resolve: (String) -> String? = PlaceIdentity.resolve,
        look: (String) -> PlaceIdentity? = { PlaceIdentity(path: $0) }
    ) -> [AllowedPlace] {
        guard landlock > 0 else { return [] }
        return AllowedPlace.merged(wanted).filter { wanted in
            let isKnown = places.contains {
                $0.allowed.isAt(wanted.path) && $0.allowed.rights.isSuperset(of: wanted.rights)
            }
            return !isKnown && !isCovered(wanted, resolve, look)
        }
    }

    private func isCovered(
        _ wanted: AllowedPlace,
        _ resolve: (String) -> String?,
        _ look: (String) -> PlaceIdentity?
    ) -> Bool {
        guard let path = resolve(wanted.path) else { return false }
        let rights = places.filter { place in
            // What was put in its place since has no rule.
            guard let identity = place.identity, look(place.allowed.path) == identity,
                let own = resolve(place.allowed.path)
            else { return false }
            return AllowedPlace(own, [], for: "").holds(path)
        }
        return rights.reduce(into: FileRights()) { $0.formUnion($1.allowed.rights) }.isSuperset(of: wanted.rights)
    }

    /// Why nothing can be changed beneath a place, though the configuration allows it; `nil` = the kernel allows it, too.
    ///
    /// A rule belongs to the directory that lay there at the start. What was put or mounted in its place later has none.
    /// - Parameter found: what lies there now.
    package func refusal(at path: String, found: PlaceIdentity?) -> String? {
        guard landlock > 0, let found, let place = places.first(where: { $0.allowed.isAt(path) }) else { return nil }
        guard place.identity != found, !isBeneathAnother(path) else { return nil }
        let what = place.identity == nil ? "was not there" : "was another directory, or mount,"
        return "\(path) \(what) when this process began, and the kernel lets it change nothing there (containment). "
            + "Restart the service."
    }

    /// The rules of a place around it hold for whatever comes to lie in it.
    private func isBeneathAnother(_ path: String) -> Bool {
        guard let own = places.first(where: { $0.allowed.isAt(path) }) else { return false }
        return places.contains { place in
            !place.allowed.isAt(path) && place.identity != nil && place.allowed.holds(path)
                && place.allowed.rights.isSuperset(of: own.allowed.rights)
                && PlaceIdentity(path: place.allowed.path) == place.identity
        }
    }

    /// One line for people: `landlock 7, system calls filtered, capabilities dropped`.
    package var summary: String {
        let parts = [
            landlock > 0 ? "landlock \(landlock)" : nil,
            filtersCalls ? "system calls filtered" : nil,
            dropsCapabilities ? "capabilities dropped" : nil,
        ]
        let inForce = parts.compactMap(\.self)
        guard !inForce.isEmpty else { return "none" }
        return inForce.joined(separator: ", ") + (bindsAllThreads ? "" : ", not for all threads")
    }
}
