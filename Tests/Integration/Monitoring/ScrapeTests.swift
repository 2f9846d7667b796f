import Foundation
import Support
import Testing

/// A real Prometheus scrapes one busy service in each form that it can have.
@Suite(.tags(.m3), .timeLimit(.minutes(20)))
struct ScrapeTests {
    /// How long.
    private static let seconds = Double(Scale.rounds(60, nightly: 600))

    private static let interval = 5

    private static let configuration = """
        state: "sqlite:${FOLDER}/state.db"
        http: { listen: "${CLEANUP_LISTEN}" }
        connections: { files: { url: "file://${FOLDER}/files" }, rows: { url: "sqlite:${FOLDER}/rows.db" } }
        cycles:
          fast: { every: 1s, at_start: true, tasks: [files, rows, quota] }
        tasks:
          files: { resource: caches, files: { in: files, path: caches }, remove: { older_than: 1h } }
          rows: { rows: { in: rows, table: sessions, time: created_at }, remove: { older_than: 1h } }
          quota: { files: { in: files, path: quota }, quota: { of: files, path: quota, max: 1MiB } }
        """

    @Test func textOpenMetricsAndGzipGiveTheSameSeriesInEveryScrape() async throws {
        var options = MonitoringStack.Options()
        options.divisor = nil
        // A scrape may be slow where many tests run at once.
        options.scrapeSeconds = Self.interval
        try await withMonitoring(options) { stack in
            let service = try await Self.service(stack)
            let proxy = try ScrapeProxy(target: service.port)
            let forms = ScrapeProxy.Form.allCases
            let targets = forms.map { MonitoringStack.Target($0.rawValue, port: proxy.port, path: $0.path) }
            // Beside them one as Prometheus itself asks.
            try await stack.scrape(targets + [MonitoringStack.Target("prometheus", port: service.port)])
            let jobs = forms.map(\.rawValue) + ["prometheus"]
            try await stack.waitFor("up == 1", count: jobs.count)
            try await Self.work(stack)
            for job in jobs { try await Self.expectWhole(stack, job) }
            try await Self.expectEqual(stack, jobs)
        }
    }

    private static func service(_ stack: MonitoringStack) async throws -> MonitoredService {
        let folder = stack.file("data")
        for name in ["caches", "quota"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/files/\(name)",
                withIntermediateDirectories: true
            )
        }
        let table = "CREATE TABLE sessions (id INTEGER PRIMARY KEY, created_at TEXT);"
        try await Command.sqlite3(URL(fileURLWithPath: "\(folder)/rows.db"), table)
        let file = stack.file("cleanup.yaml")
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: file))
        let service = try MonitoredService(stack, "scraped", configuration: file, environment: ["FOLDER": folder])
        try await service.start()
        return service
    }

    /// Something to delete all the time.
    private static func work(_ stack: MonitoringStack) async throws {
        try await repeatedly(seconds: seconds, every: .seconds(2)) { number in
            let script = "cd \"$0\"; touch -d '2 hours ago' caches/$1; head -c 400000 /dev/zero > quota/$1"
            let arguments = ["-euc", script, stack.file("data/files"), "\(number)"]
            try await Command.run("/bin/sh", arguments).check()
            try await Command.sqlite3(
                URL(fileURLWithPath: stack.file("data/rows.db")),
                "INSERT INTO sessions (created_at) VALUES (datetime('now', '-2 hours'))"
            )
        }
        let deleted = try await stack.query("sum(cleanup_items_deleted_total{job=\"text\"})")
        #expect(deleted.first?.last ?? 0 > 10)
    }

    /// Up in each sample, the same number of samples, and no series ever missing.
    private static func expectWhole(_ stack: MonitoringStack, _ job: String) async throws {
        let all = try await stack.query("{job=\"\(job)\"}[1h]")
        let up = try #require(all.first { $0.labels["__name__"] == "up" })
        #expect(up.values.count > Int(seconds) / interval / 2, "\(job)")
        #expect(up.values.allSatisfy { $0 == 1 }, "\(job)")
        let counts = try #require(all.first { $0.labels["__name__"] == "scrape_samples_scraped" })
        #expect(Set(counts.values).count == 1, "\(job): \(Set(counts.values))")
        let missing = all.filter { $0.times != up.times }.map { "\($0.labels): \($0.times.count)" }
        #expect(missing.isEmpty, "\(job): of \(up.times.count) scrapes")
    }

    /// One identity in all forms, but for how `le` is written.
    private static func expectEqual(_ stack: MonitoringStack, _ jobs: [String]) async throws {
        let samples = try await stack.query("last_over_time(scrape_samples_scraped[1h])")
        #expect(Set(samples.map(\.last)).count == 1)
        #expect(samples.count == jobs.count && samples.first?.last ?? 0 > 200)
        let identities = try await withThrowingTaskGroup(of: Set<[String: String]>.self) { group in
            for job in jobs {
                group.addTask {
                    let series = try await stack.query("{job=\"\(job)\"}")
                    return Set(series.map { Self.identity($0.labels) })
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let first = try #require(identities.first)
        for other in identities { #expect(other == first, "\(other.symmetricDifference(first).prefix(5))") }
    }

    private static func identity(_ labels: [String: String]) -> [String: String] {
        var labels = labels
        labels["job"] = nil
        labels["instance"] = nil
        if let bound = labels["le"].flatMap({ Double($0) }) { labels["le"] = "\(bound)" }
        return labels
    }
}
