import Foundation
import Retention

/// Makes a realistic, aged data set with a configuration beside it: what `cleanupd demo` shows itself on.
struct DemoData {
    let folder: URL
    let now: Instant

    /// Writes everything. Throws when the folder is not empty, so that a demo never works on real data.
    func make() throws {
        let manager = FileManager.default
        if manager.fileExists(atPath: folder.path), try !manager.contentsOfDirectory(atPath: folder.path).isEmpty {
            throw CommandFailure.usage("\(folder.path) is not empty. The demo makes its own data; name a new folder.")
        }
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        try manager.createDirectory(at: folder.appending(path: "state"), withIntermediateDirectories: true)
        try makeBackups()
        try makeLogs()
        try makeTemporaryDirectories()
        try makeCaches()
        try Data(Self.configuration.utf8).write(to: folder.appending(path: "cleanup.yaml"))
    }

    /// Writes what has come since the first run, so that there is something to be tried on the page. Files that are old
    /// already: what came from elsewhere.
    func makeArrivals() throws {
        for day in 100..<106 {
            try write("data/backups/qa/import-\(day).dump", bytes: 48 << 10, ageSeconds: Double(day) * 86_400)
        }
        for day in 40..<52 {
            try write("data/logs/import-\(day).log", log: 900, ageSeconds: Double(day) * 86_400)
        }
        for index in 0..<12 {
            try write("data/cache/shard-6/page-\(index).cache", bytes: 8 << 10, ageSeconds: 86_400)
        }
    }

    var configurationFile: URL { folder.appending(path: "cleanup.yaml") }

    // MARK: Kinds of data

    private func makeBackups() throws {
        for (environment, count) in [("prod", 24), ("qa", 9), ("dev", 4)] {
            for day in 0..<count {
                let file = "data/backups/\(environment)/db-\(String(format: "%03d", day)).dump"
                try write(file, bytes: 48 << 10, ageSeconds: Double(day) * 86_400 + 3600)
            }
        }
    }

    private func makeLogs() throws {
        for day in 0..<40 {
            try write("data/logs/app-\(String(format: "%02d", day)).log", log: 900, ageSeconds: Double(day) * 86_400)
        }
        try write("data/logs/payment_worker.log", log: 500, ageSeconds: 60 * 86_400)
    }

    private func makeTemporaryDirectories() throws {
        for (index, minutes) in [5, 20, 45, 70, 90, 300, 3000].enumerated() {
            let directory = "data/tmp/clone-\(index)"
            let seconds = Double(minutes) * 60
            for part in 0..<6 { try write("\(directory)/objects/pack-\(part)", bytes: 16 << 10, ageSeconds: seconds) }
            try age(directory + "/objects", seconds: seconds)
            try age(directory, seconds: seconds)
        }
    }

    private func makeCaches() throws {
        for index in 0..<120 {
            let hours = Double(index % 24)
            try write("data/cache/shard-\(index % 6)/page-\(index).cache", bytes: 8 << 10, ageSeconds: hours * 3600)
        }
        try write("data/cache/shard-0/session.keep", bytes: 512, ageSeconds: 90 * 86_400)
    }

    // MARK: Files

    private func write(_ path: String, log lines: Int, ageSeconds: Double) throws {
        let text = (0..<lines).map { "INFO request id=\($0) path=/api/items/\($0 % 37) status=200 ms=\($0 % 91)\n" }
        try write(path, Data(text.joined().utf8), ageSeconds)
    }

    private func write(_ path: String, bytes: Int, ageSeconds: Double) throws {
        try write(path, Data(repeating: 0x5A, count: bytes), ageSeconds)
    }

    private func write(_ path: String, _ data: Data, _ ageSeconds: Double) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try data.write(to: file)
        try age(path, seconds: ageSeconds)
    }

    private func age(_ path: String, seconds: Double) throws {
        let date = Date(timeIntervalSince1970: now.secondsSinceEpoch - seconds)
        try FileManager.default.setAttributes(
            [.modificationDate: date],
            ofItemAtPath: folder.appending(path: path).path
        )
    }

    static let configuration = """
        # Made by `cleanupd demo`: everything here is safe to delete.
        enabled: true
        dry_run: false
        log: { level: warning }
        state: sqlite:state/cleanup-state.db
        http: { listen: "127.0.0.1:${CLEANUPD_DEMO_PORT:-9847}" }

        connections:
          data: { url: "file://data", protect: ["*.keep"] }

        cycles:
          light: { schedule: "*/10 * * * *", tasks: [tmp_dirs, caches] }
          daily: { schedule: "0 2 * * *", tasks: [backups, logs] }

        tasks:
          tmp_dirs:
            resource: tmp_dirs
            files: { in: data, path: tmp, type: directory, depth: 1 }
            remove: { older_than: 60m }

          caches:
            resource: cache_files
            files: { in: data, path: cache, match: ["*.cache"] }
            remove: { older_than: 12h }

          backups:
            resource: backups
            files: { in: data, path: backups, match: ["*.dump"], group_by: directory }
            keep: { last: 5, groups: { backups/prod: { last: 10 } } }

          logs:
            resource: logs
            files: { in: data, path: logs, match: ["*.log"] }
            compress: { older_than: 7d }
            remove: { older_than: 30d }
            keep: { match: ["*_worker.log"] }

        """
}
