import CleanupConfiguration
import Foundation
import Retention
import Testing

@Suite struct GoodFileTests {
    static func load(_ text: String, environment: [String: String] = BadFileTests.environment) throws -> Configuration {
        try ConfigurationLoader(environment: environment, resolve: { _ in nil })
            .parse(text: text, file: "/etc/cleanupd/cleanup.yaml")
    }

    static func files() throws -> [URL] {
        let folder = CaseFile.folder.appending(path: "good")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }
            .sorted { $0.path() < $1.path() }
    }

    @Test func goodFilesGiveTheirGoldenValues() throws {
        let files = try Self.files()
        #expect(files.count >= 6)
        for url in files {
            let dump = GoldenDump.text(try Self.load(String(contentsOf: url, encoding: .utf8)))
            let golden = url.deletingPathExtension().appendingPathExtension("txt")
            if BadFileTests.isUpdating {
                try dump.write(to: golden, atomically: true, encoding: .utf8)
            } else {
                let expected = try String(contentsOf: golden, encoding: .utf8)
                #expect(dump == expected, "\(url.lastPathComponent)")
            }
        }
    }

    @Test func readingTwiceGivesEqualValues() throws {
        for url in try Self.files() {
            let text = try String(contentsOf: url, encoding: .utf8)
            #expect(try Self.load(text) == Self.load(text))
        }
    }

    @Test func lineEndsOfWindowsAndAByteOrderMarkChangeNothing() throws {
        let text = try String(contentsOf: CaseFile.folder.appending(path: "good/full.yaml"), encoding: .utf8)
        let other = "\u{FEFF}" + text.replacing("\n", with: "\r\n")
        #expect(try Self.load(text) == Self.load(other))
    }

    @Test func relativePathsStartAtTheFileAndNotAtTheWorkingDirectory() throws {
        let text = """
            state: sqlite:a/../state.db
            connections: { data: { url: "file://./data" }, other: { url: "file://../other/" } }
            tasks: { t: { files: { in: data }, remove: { older_than: 1h }, pace: { hold_file: ./hold } } }
            """
        let configuration = try Self.load(text)
        #expect(configuration.file == "/etc/cleanupd/cleanup.yaml")
        #expect(configuration.state.path == "/etc/cleanupd/state.db")
        #expect(configuration.connections["data"]?.root == "/etc/cleanupd/data")
        #expect(configuration.connections["other"]?.root == "/etc/other")
        #expect(configuration.tasks[0].pace.holdFile == "/etc/cleanupd/hold")
    }

    @Test func aCycleIsSkippedOnlyWhileItsVariableHasTheValue() {
        let condition = Cycle.EnvironmentCondition(name: "CI", value: "true")
        #expect(condition.holds(in: ["CI": "true"]))
        #expect(!condition.holds(in: ["CI": "1"]))
        #expect(!condition.holds(in: [:]))
    }

    @Test func aTaskTakesTheZoneOfItsCycle() throws {
        let text = """
            connections: { data: { url: "file:///srv/data" } }
            cycles: { c: { every: 1d, timezone: Asia/Tokyo, tasks: [a] } }
            tasks:
              a: { files: { in: data }, keep: { daily: 7 } }
              b: { files: { in: data }, keep: { daily: 7 } }
            """
        let tasks = try Self.load(text).tasks
        #expect(tasks.map(\.policy.zone) == ["Asia/Tokyo", "UTC"])
    }
}
