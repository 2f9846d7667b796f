import Foundation

/// Tasks that may never remove anything.
extension SoakConfiguration {
    /// All of theirs is old, and a guard lets nobody take so much (I4): each with its guard.
    static let guarded = ["guarded_count": "max_items", "guarded_share": "max_percent"]
    static let guards = "guards"
    /// A task and its cycle, which fires in half a year: until then only a call could let it act (I8, I12).
    static let still = "still"
    /// Those that fire meanwhile.
    static let stillCycles = [guards]

    /// Seldom enough that they leave the machine to those that clean.
    private static let every = "every: 5s, max_duration: 20s"

    private static let month = (Calendar(identifier: .gregorian).component(.month, from: Date()) + 5) % 12 + 1

    static let stillCyclesText = """
          \(guards): { \(every), tasks: [\(guarded.keys.sorted().joined(separator: ", "))] }
          \(still): { schedule: "0 0 1 \(month) *", tasks: [\(still)] }

        """

    static let stillTasksText = """

          guarded_share:
            files: { in: tree, path: guarded, match: ["*.old"] }
            remove: { older_than: 1s }
            limits: { max_percent: 50 }
            \(pace)
          guarded_count:
            files: { in: tree, path: guarded, match: ["*.old"] }
            remove: { older_than: 1s }
            limits: { max_items: 10 }
            \(pace)
          \(still):
            files: { in: tree, path: guarded, match: ["*.old"] }
            remove: { older_than: 1s }
            \(pace)
        """
}
