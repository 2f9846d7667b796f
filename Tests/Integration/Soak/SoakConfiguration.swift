/// The one configuration of all replicas of the soak: a task for each kind of source, a cycle for each kind of place.
enum SoakConfiguration {
    /// Cycles with their tasks, each of which finds something to remove all the time.
    static let cycles: [String: [String]] = [
        "tree": ["temporary", "logs", "orphans"], "rows": ["events", "entries"],
        "servers": ["objects", "containers", "keys"], "quotas": ["tokens", "cache"],
    ]
    static let tasks = cycles.values.flatMap { $0 }.sorted()
    /// Items between two looks at the lock: what a run that was cut off may have removed without a record.
    static let batch = 5

    /// Good as well: some go later.
    static var changed: String {
        text.replacing("older_than: \(Int(SoakEvents.age))s", with: "older_than: \(Int(SoakEvents.age) + 2)s")
    }

    /// What a slip of a hand makes of it.
    static let bad = [
        text.replacing("older_than: \(Int(SoakEvents.age))s", with: "older_than: soon"),
        text.replacing("  events:\n", with: "  events\n"),
        String(text.prefix(text.count / 2)),
        text.replacing("path: temporary", with: "path: ../outside"),
        "",
    ]

    static let retry = "retry: { attempts: 2, backoff: 1s }"
    static let pace = "pace: { batch: \(batch) }"

    static let text: String = head + cyclesText + stillCyclesText + tasksText + stillTasksText

    private static let head = """
        state: "${STATE_URL}"
        coordination: { url: "${COORDINATION_URL}", lock_ttl: \(Int(SoakSchedule.lease))s }
        http: { listen: "${CLEANUP_LISTEN}" }
        grace: 0s
        connections:
          tree: { url: "file://${FOLDER}/tree", protect: ["**/protected/**"] }
          audio: { url: "file://${FOLDER}/audio" }
          quota: { url: "file://${FOLDER}/cache" }
          app: { url: "${APP_URL}" }
          embedded: { url: "sqlite:${FOLDER}/embedded/rows.db" }
          redis: { url: "${KEYS_URL}" }
          bucket:
            url: "s3://${BUCKET}"
            endpoint: "${ENDPOINT}"
            access_key: "${ACCESS_KEY}"
            secret_key: "${SECRET_KEY}"
          docker: { url: "${DOCKER_URL}" }
          json: { url: "json:${FOLDER}/tokens/tokens.json" }
        cycles:

        """

    private static let cyclesText: String = cycles.sorted { $0.key < $1.key }.map { name, tasks in
        let every = "every: \(Int(SoakSchedule.interval))s, at_start: true, max_duration: \(Int(SoakSchedule.limit))s"
        return "  \(name): { \(every), \(retry), tasks: [\(tasks.joined(separator: ", "))] }\n"
    }.joined()

    private static let tasksText = """
        tasks:
          temporary:
            files: { in: tree, path: temporary, match: ["*.tmp"] }
            remove: { older_than: \(Int(SoakTemporaryFiles.age))s }
            keep: { match: ["keep-*"] }
            \(pace)
          logs:
            files: { in: tree, path: logs, match: ["*.log"] }
            compress: { older_than: \(Int(SoakLogs.compressAge))s }
            remove: { older_than: \(Int(SoakLogs.age))s }
            keep: { match: ["audit*"] }
            \(pace)
          orphans:
            files: { in: tree, path: orphans, type: directory, depth: 1 }
            remove: { older_than: \(Int(SoakOrphans.age))s, orphan: true }
            keep: { referenced_by: [{ in: app, query: SELECT path FROM pins }] }
            limits: { max_percent: 100 }
            \(pace)
          events:
            rows: { in: app, table: events, time: created_at, where: NOT pinned }
            remove: { older_than: \(Int(SoakEvents.age))s }
            allow: { cascade: [tracing] }
            \(pace)
          entries:
            rows: { in: embedded, table: entries, time: made, time_format: epoch_ms, where: pinned = 0 }
            remove: { older_than: \(Int(SoakEntries.age))s }
            \(pace)
          objects:
            objects: { in: bucket, prefix: old/ }
            remove: { older_than: \(Int(SoakObjects.age))s }
            keep: { match: ["\(SoakObjects.kept)*"] }
            \(pace)
          containers:
            containers: { in: docker, name: "soak-*" }
            remove: { older_than: \(Int(SoakContainers.age))s }
            keep: { labels: { keep: "*" } }
            \(pace)
          keys:
            keys: { in: redis, match: "job:*", type: hash, time: at }
            remove: { older_than: \(Int(SoakKeys.age))s }
            keep: { match: ["job:pinned-*"] }
            \(pace)
          tokens:
            records: { in: json, at: /tokens, time: created_at, time_format: epoch_ms }
            remove: { older_than: \(Int(SoakRecords.age))s }
            owns: [{ files: { in: audio, path: audio, resource: token_audio } }]
            \(pace)
          cache:
            files: { in: quota, match: ["*.bin"] }
            quota: { of: quota, max: \(SoakCache.limit * SoakCache.size / 1024)KiB, free_to: \(SoakCache.goal * SoakCache.size / 1024)KiB }
            keep: { match: ["pinned*"] }
            \(pace)
        """
}
