/// Tasks that may never remove anything.
extension SoakConfiguration {
    /// All of theirs is old, and a guard lets nobody take so much (I4): each with its guard.
    static let guarded = ["guarded_count": "max_items", "guarded_share": "max_percent"]
    static let guards = "guards"

    /// Seldom enough that they leave the machine to those that clean.
    private static let every = "every: 5s, max_duration: 20s"

    static let stillCyclesText = """
          \(guards): { \(every), tasks: [\(guarded.keys.sorted().joined(separator: ", "))] }

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
        """
}
