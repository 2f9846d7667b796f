import Foundation

/// Tasks that may never remove anything.
extension SoakConfiguration {
    /// All of theirs is old, and a guard lets nobody take so much (I4): each with its guard.
    static let guarded = ["guarded_count": "max_items", "guarded_share": "max_percent"]
    static let guards = "guards"
    /// A task and its cycle, which fires in half a year: until then only a call could let it act (I8, I12).
    static let still = "still"
    /// What others keep is due by these, but they only say so (I13).
    static let previews = [
        "preview_entries", "preview_events", "preview_keys", "preview_objects", "preview_temporary",
    ]
    /// Those that fire meanwhile.
    static let stillCycles = [guards, "previews"]

    /// Seldom enough that they leave the machine to those that clean.
    private static let every = "every: 5s, max_duration: \(Int(SoakSchedule.limit))s, \(retry)"

    private static let month = (Calendar(identifier: .gregorian).component(.month, from: Date()) + 5) % 12 + 1

    static let stillCyclesText = """
          \(guards): { \(every), tasks: [\(guarded.keys.sorted().joined(separator: ", "))] }
          previews: { \(every), tasks: [\(previews.joined(separator: ", "))] }
          \(still): { schedule: "0 0 1 \(month) *", tasks: [\(still)] }

        """

    static let stillTasksText: String = guardedText + previewsText

    private static let guardedText = """

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

    private static let preview = "remove: { older_than: 1s }\n    dry_run: true"

    private static let previewsText = """

          preview_entries:
            rows: { in: embedded, table: entries, time: made, time_format: epoch_ms, where: pinned = 1 }
            \(preview)
          preview_events:
            rows: { in: app, table: events, time: created_at, where: pinned }
            allow: { cascade: [tracing] }
            \(preview)
          preview_keys:
            keys: { in: redis, match: "job:pinned-*", type: hash, time: at }
            \(preview)
          preview_objects:
            objects: { in: bucket, prefix: \(SoakObjects.kept) }
            \(preview)
          preview_temporary:
            files: { in: tree, path: temporary, match: ["keep-*"] }
            \(preview)
        """
}
