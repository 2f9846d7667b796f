import ArgumentParser
import CleanupConfiguration
import Engine
import Foundation
import Support
import Telemetry

@testable import cleanupd

/// A configuration in a folder of its own, read as commands read it. Connects to nothing.
struct ConfiguredBench {
    static let text = """
        state: sqlite:state.db
        http: { tokens: { alice: { role: admin, file: token } } }
        connections:
          data: { url: "file://data" }
          app: { url: "sqlite:app.db" }
        queries:
          active: { in: app, sql: "SELECT 1" }
        cycles:
          daily:
            schedule: "0 2 * * *"
            tasks: [logs, backups]
            notify: [{ webhook: { file: hook }, secret: { file: secret }, on: [failed] }]
          weekly: { schedule: "0 3 * * 0", tasks: [repos] }
          tabled:
            schedule: "0 4 * * *"
            tasks: [previews]
            settings: { in: app, table: settings, columns: { retention_days: days } }
        tasks:
          logs:
            files: { in: data, path: logs, match: ["*.log"] }
            compress: { older_than: 7d }
            remove: { older_than: 30d, size_over: 1GiB }
            budget: { bytes: 1GiB }
            limits: { max_bytes: 1GiB }
          backups:
            files: { in: data, path: backups, match: ["*.dump"] }
            keep: { last: 5 }
          by_hand:
            rows: { in: app, table: messages }
            filters:
              user: { type: integer, sql: "user_id = :value" }
              users: { type: "integer[]", sql: "user_id = ANY(:value)" }
              since: { type: timestamp, sql: "at >= :value" }
              codes: { type: integer_range, sql: "code BETWEEN :min AND :max" }
              failed: { type: flag, sql: "failed" }
          full:
            files: { in: data, path: full, match: ["*"] }
            quota: { of: data, max: 1GiB, free_to: 80% }
          repos:
            files: { in: data, path: repos, type: directory, depth: 1 }
            remove:
              listed_by: [{ in: app, query: "SELECT 1" }]
              orphan: true
              older_than: { setting: retention_days, default: 60d }
            keep: { referenced_by: [{ in: app, query: "SELECT 2" }] }
          previews:
            files: { in: data, path: previews, match: ["*"] }
            remove: { older_than: { setting: retention_days, default: 60d } }
        """

    let folder: TemporaryFolder
    let backends: Backends
    let blueprint: Blueprint

    init(_ text: String = ConfiguredBench.text) throws {
        folder = try TemporaryFolder()
        let file = folder.file("cleanup.yaml")
        try Data(text.utf8).write(to: URL(filePath: file))
        backends = Backends(spoolFolder: folder.path, metrics: BackendMetrics(Registry()))
        blueprint = try Blueprint.read(
            try GlobalOptions.parse(["--config", file]),
            backends: backends,
            asksDatabases: false
        )
    }

    var configuration: Configuration { blueprint.configuration }

    /// Tasks as the engine would run them.
    func tasks(_ names: String...) -> [TaskDefinition] { names.compactMap(blueprint.program.task) }

    /// Replaces a file of the folder.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
    }
}
