import Foundation
import Support
import Testing

/// A service over a folder of logs and backups, with a token of each role, and how its API is called.
struct CallWorld: Sendable {
    enum Role: String, CaseIterable {
        case view, operate, admin
    }

    let folder: TemporaryFolder
    let cleanupd: CleanupdProcess

    /// Ten logs, of which six are older than 30 days, and five backups.
    /// - Parameters:
    ///   - old: the age at which logs go.
    ///   - rest: further tasks.
    static func make(old: String = "30d", rest: String = "") throws -> CallWorld {
        let folder = try TemporaryFolder()
        let manager = FileManager.default
        for name in ["data/logs", "data/backups", "state"] {
            try manager.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for role in Role.allCases {
            try Data("token-of-\(role)\n".utf8).write(to: URL(fileURLWithPath: folder.file(role.rawValue)))
        }
        try Data(configuration(folder, old, rest).utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        let world = CallWorld(
            folder: folder,
            cleanupd: CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        )
        for number in 0..<10 { try world.write("logs/\(number).log", days: number < 6 ? 40 + number : number) }
        for number in 0..<5 { try world.write("backups/\(number).tar", days: 1 + number) }
        return world
    }

    /// Half a day away, so that nothing fires while a test looks.
    static var quietHour: Int { (Int(Date().timeIntervalSince1970) / 3600 + 12) % 24 }

    private static func configuration(_ folder: TemporaryFolder, _ old: String, _ rest: String) -> String {
        """
        state: sqlite:\(folder.file("state/cleanup.db"))
        http:
          listen: 127.0.0.1:0
          lifecycle: true
          tokens:
        \(Role.allCases.map { "    t_\($0): { role: \($0), file: \(folder.file($0.rawValue)) }" }.joined(separator: "\n"))
        connections:
          data: { url: "file://\(folder.file("data"))" }
        cycles:
          daily: { schedule: "0 \(quietHour) * * *", tasks: [logs, backups] }
        tasks:
          logs:
            files: { in: data, path: logs, match: ["*.log"] }
            remove: { older_than: \(old) }
            limits: { max_percent: 100 }
          backups:
            files: { in: data, path: backups }
            keep: { last: 3 }
            limits: { max_percent: 100 }
        \(rest)
        """
    }

    // MARK: Files

    func write(_ name: String, days: Int, bytes: Int = 4096) throws {
        let path = folder.file("data/\(name)")
        try Data(repeating: 1, count: bytes).write(to: URL(fileURLWithPath: path))
        let date = Date(timeIntervalSinceNow: -86_400 * Double(days))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("data/\(path)")).sorted()
    }

    // MARK: Calls

    func token(_ role: Role) -> [String] { ["Authorization: Bearer token-of-\(role)"] }

    /// What the API shows.
    func get(
        _ serve: ServeProcess,
        _ path: String,
        as role: Role = .admin,
        expecting status: Int = 200,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> [String: Any] {
        try await call(serve, "GET", path, as: role, expecting: status, at: location)
    }

    /// An answer of the API as JSON.
    @discardableResult
    func call(
        _ serve: ServeProcess,
        _ method: String,
        _ path: String,
        as role: Role = .admin,
        _ body: String? = nil,
        expecting status: Int = 200,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> [String: Any] {
        let answer = try await serve.request(
            "/api/cleanup/\(path)",
            method: method,
            headers: token(role) + (body == nil ? [] : ["Content-Type: application/json"]),
            body: body
        )
        #expect(answer.status == status, "\(answer.body)", sourceLocation: location)
        guard !answer.body.isEmpty else { return [:] }
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
        return try #require(object as? [String: Any], "\(answer.body)", sourceLocation: location)
    }
}

extension [String: Any] {
    func text(_ path: String...) -> String? { value(path) as? String }
    func integer(_ path: String...) -> Int? { value(path) as? Int }
    func flag(_ path: String...) -> Bool? { value(path) as? Bool }
    func list(_ path: String...) -> [[String: Any]] { value(path) as? [[String: Any]] ?? [] }

    private func value(_ path: [String]) -> Any? {
        path.dropLast().reduce(self as [String: Any]?) { $0?[$1] as? [String: Any] }?[path.last ?? ""]
    }
}
