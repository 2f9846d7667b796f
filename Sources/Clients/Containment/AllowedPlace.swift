/// A place of the file system in which, and beneath which, a process keeps the right to change something.
package struct AllowedPlace: Sendable, Hashable {
    /// Absolute.
    package var path: String
    package var rights: FileRights
    /// Who needs it, for people: `the state`, `connection data`.
    package var purpose: String

    package init(_ path: String, _ rights: FileRights, for purpose: String) {
        self.path = path
        self.rights = rights
        self.purpose = purpose
    }

    /// Whether `path` is the same, byte by byte, as the system has it: to Swift two forms of an accent are one.
    func isAt(_ path: String) -> Bool { self.path.utf8.elementsEqual(path.utf8) }

    /// Whether `path` is this place or lies beneath it, by the words alone.
    func holds(_ path: String) -> Bool {
        isAt("/") || isAt(path) || path.utf8.starts(with: (self.path + "/").utf8)
    }

    /// The same places, each path once, with the rights and purposes of all that name it, by path.
    package static func merged(_ places: [AllowedPlace]) -> [AllowedPlace] {
        var merged: [[UInt8]: AllowedPlace] = [:]
        for place in places {
            let bytes = Array(place.path.utf8)
            guard var known = merged[bytes] else {
                merged[bytes] = place
                continue
            }
            known.rights.formUnion(place.rights)
            if !known.purpose.split(separator: ", ").contains(Substring(place.purpose)) {
                known.purpose += ", " + place.purpose
            }
            merged[bytes] = known
        }
        return merged.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
