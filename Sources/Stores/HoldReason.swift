/// Why a rule of `keep` holds an item: the same words in all stores. Those of counts are `RuleMask.reason`.
enum HoldReason {
    /// `keep.match`.
    /// - Parameter glob: as configured.
    static func match(_ glob: String) -> String { "kept: matches \(glob)" }

    /// `keep.match` of what an archive was before.
    static func originalMatch(_ glob: String) -> String { "kept: its original matches \(glob)" }

    /// `keep.labels`.
    static func label(_ name: String, _ value: String) -> String { "kept: has the label \(name)=\(value)" }

    /// `keep.tags`.
    static func tag(_ name: String, _ value: String) -> String { "kept: has the tag \(name)=\(value)" }
}
