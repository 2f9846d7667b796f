import CleanupConfiguration
import Foundation
import Support
import Testing

@Suite(.tags(.p3)) struct BadFileTests {
    /// The values of SECRET and PASSWORD must never be seen.
    static let environment = [
        "DATA_DIR": "/srv/data", "EMPTY": "", "NUMBER": "10", "SECRET": "hunter2hunter2", "PASSWORD": "s3cr3t-pa55",
        "DATABASE_URL": "postgres://app:s3cr3t-pa55@db/app", "ROOT": "/", "WORD": "sixty", "ZERO": "0",
    ]

    static let isUpdating = ProcessInfo.processInfo.environment["CLEANUPD_UPDATE_GOLDEN"] == "1"

    /// `LINE:COLUMN: PATH: MESSAGE` of each problem, in the order of the loader.
    static func problems(of item: CaseFile.Case) -> [String] {
        let loader = ConfigurationLoader(environment: environment, resolve: { _ in nil })
        do {
            _ = try loader.parse(text: item.text, file: "/etc/cleanupd/cleanup.yaml")
            return []
        } catch {
            return error.problems.map { problem in
                var shown = problem
                guard item.isTask, shown.line > CaseFile.preludeLines else { return shown.description }
                shown.line -= CaseFile.preludeLines
                shown.column -= CaseFile.preludeIndent
                return shown.description
            }
        }
    }

    @Test func everyBadFileIsRefusedWithItsProblems() throws {
        for url in try CaseFile.files(in: "bad") {
            var cases = CaseFile.parse(try String(contentsOf: url, encoding: .utf8), file: url.lastPathComponent)
            for index in cases.indices {
                let found = Self.problems(of: cases[index])
                #expect(!found.isEmpty, "\(cases[index].title): was accepted")
                if Self.isUpdating {
                    cases[index].expected = found
                } else {
                    #expect(found == cases[index].expected, "\(cases[index].title)")
                }
            }
            if Self.isUpdating { try CaseFile.format(cases).write(to: url, atomically: true, encoding: .utf8) }
        }
    }

    @Test func thereAreAtLeastTwoHundredBadFiles() throws {
        let cases = try CaseFile.all(in: "bad")
        #expect(cases.count >= 200)
        #expect(Set(cases.map(\.text)).count == cases.count)
    }

    @Test func noProblemShowsAValueOfTheEnvironment() throws {
        for item in try CaseFile.all(in: "bad") {
            let text = Self.problems(of: item).joined(separator: "\n")
            #expect(!text.contains("hunter2"), "\(item.title)")
            #expect(!text.contains("s3cr3t"), "\(item.title)")
        }
    }
}
