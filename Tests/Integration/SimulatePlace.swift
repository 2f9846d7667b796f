import Foundation
import Support

/// Backups of the last three days of 2025, and a configuration beside them.
struct SimulatePlace {
    static let grandfathers = "keep: { last: 7, weekly: 4, monthly: 12 }"
    static let start = "2026-01-01T00:00:00Z"

    let folder: TemporaryFolder
    let cleanupd: CleanupdProcess

    init(_ task: String, more: String = "") throws {
        folder = try TemporaryFolder()
        let backups = folder.file("data/backups")
        try FileManager.default.createDirectory(atPath: backups, withIntermediateDirectories: true)
        for day in 29...31 {
            let file = "\(backups)/db-\(day).dump"
            try Data("a dump".utf8).write(to: URL(fileURLWithPath: file))
            let midnight = Date(timeIntervalSince1970: 1_767_225_600 - Double(32 - day) * 86_400)
            try FileManager.default.setAttributes([.modificationDate: midnight], ofItemAtPath: file)
        }
        let configuration = """
            state: sqlite:state.db
            connections: { data: { url: "file://\(folder.file("data"))" }, app: { url: "sqlite:app.db" } }
            \(more)
            tasks:
              backups: { files: { in: data, path: backups }, \(task) }
              rows: { rows: { in: app, table: requests, time: created_at }, remove: { older_than: 30d } }
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
    }

    func simulate(_ arguments: String...) async throws -> Command.Result {
        try await cleanupd.run(["simulate", "backups", "--at", Self.start] + arguments)
    }
}
