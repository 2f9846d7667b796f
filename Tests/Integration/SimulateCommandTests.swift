import Foundation
import Support
import Testing

/// `cleanupd simulate` as a person calls it.
@Suite(.timeLimit(.minutes(5)))
struct SimulateCommandTests {
    // MARK: What it shows

    @Test func theTableEndsWithWhatThePolicySettlesAt() async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let before = try Manifest(of: place.folder.url)
        let run = try await place.simulate("--days", "730", "--every", "1d", "--size", "1MiB")
        #expect(run.code == 0)
        #expect(run.errorText == "")
        let lines = run.text.split(separator: "\n").map(String.init)
        #expect(lines.count < 80)
        #expect(lines[0].hasPrefix("backups: Removes all files that it does not keep; keeps the last 7, the newest of"))
        #expect(lines[1].hasPrefix("backups: 3 items now; a new one every 1d (1.0 MiB); a run at the end of each day"))
        let titles = ["DAY", "TIME", "ITEMS", "BYTES", "MADE", "REMOVED", "OLDEST"]
        #expect(lines[2].split(separator: " ").map(String.init) == titles)
        let survivors = try #require(lines.firstIndex { $0.hasPrefix("SURVIVOR ") })
        let rows = lines[3..<survivors].map { $0.split(separator: " ").map(String.init) }
        let first = rows.first?.prefix(3).joined(separator: " ")
        #expect(first == "0 \(SimulatePlace.start) 3")
        let last = rows.last?.prefix(5).joined(separator: " ")
        #expect(last == "730 2028-01-01T00:00:00Z 19 19.0 MiB")
        // Whatever lines are left out: all that was made or removed stands in one. 3 + 730 - 19 went.
        let made = rows.compactMap { Int($0[5]) }.reduce(0, +)
        let removed = rows.compactMap { Int($0[6]) }.reduce(0, +)
        #expect(made == 730)
        #expect(removed == 714)
        let end = try #require(lines.last)
        #expect(end.hasPrefix("backups: steady: "), "\(end)")
        #expect(end.contains("in the last 182 days; at the end 19 items, 19.0 MiB, 0 to 307d old;"), "\(end)")
        let listed = lines[(survivors + 1)...].dropLast()
        #expect(listed.count == 19)
        let newest = "backups/db-31.dump@2028-01-01T00:00:00Z  2028-01-01T00:00:00Z     0  1.0 MiB  kept: last 7, "
        #expect(listed.first?.hasPrefix(newest) == true, "\(listed)")
        let oldest = "backups/db-31.dump@2027-02-28T00:00:00Z  2027-02-28T00:00:00Z  307d  1.0 MiB  kept: monthly (12)"
        #expect(listed.last == oldest, "\(listed)")
        #expect(try Manifest(of: place.folder.url) == before)
    }

    @Test func theDocumentHasAllDaysAndItems() async throws {
        let nightly = "cycles: { nightly: { schedule: \"0 2 * * *\", tasks: [backups] } }"
        let place = try SimulatePlace("keep: { last: 2 }", more: nightly)
        let run = try await place.simulate("--days", "10", "--every", "1d", "--json")
        #expect(run.code == 0, "\(run.errorText)")
        let document = try JSONDecoder().decode(Document.self, from: run.output)
        #expect(document.task == "backups")
        #expect(document.cycles == ["nightly"])
        #expect(document.every == "1d")
        #expect(document.series.map(\.day) == Array(0...10))
        for day in document.series.dropFirst() {
            #expect(day.time.hasSuffix("T02:00:00Z"))
            #expect(day.runs == 1)
        }
        #expect(document.series.map(\.items) == [3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
        for day in document.series {
            let there = document.items.filter { item in
                item.time <= day.time && (item.removed.map { $0 > day.time } ?? true)
            }
            let bytes = there.map(\.bytes).reduce(0, +)
            #expect(there.count == day.items, "day \(day.day)")
            #expect(bytes == day.bytes, "day \(day.day)")
        }
        let left = document.items.filter { $0.removed == nil }
        let names = ["backups/db-31.dump@2026-01-09T00:00:00Z", "backups/db-31.dump@2026-01-10T00:00:00Z"]
        #expect(left.map(\.item) == names)
        #expect(left.map(\.made) == [true, true])
        #expect(left.map(\.reason) == ["kept: last 2", "kept: last 2"])
        #expect(document.items.allSatisfy { ($0.reason == nil) == ($0.removed != nil) })
        #expect(document.summary.items == 2)
        #expect(document.summary.refused == 0)
    }

    private struct Document: Decodable {
        struct Day: Decodable {
            let day: Int
            let time: String
            let items: Int
            let bytes: Int64
            let runs: Int
        }

        struct Item: Decodable {
            let item: String
            let time: String
            let bytes: Int64
            let made: Bool
            let removed: String?
            let reason: String?
        }

        struct Summary: Decodable {
            let items: Int
            let refused: Int
        }

        let task: String
        let every: String?
        let cycles: [String]
        let series: [Day]
        let items: [Item]
        let summary: Summary
    }

    @Test(arguments: [("2", 2), ("0", 0), ("12", 12)])
    func soManySurvivorsAreListedAsOneWants(_ items: String, _ count: Int) async throws {
        let place = try SimulatePlace("keep: { last: 12 }")
        let run = try await place.simulate("--days", "30", "--every", "1d", "--items", items)
        #expect(run.code == 0, "\(run.errorText)")
        let listed = run.text.split(separator: "\n").filter { $0.hasSuffix("  kept: last 12") }
        #expect(listed.count == count, "\(run.text)")
        let rest = "backups: 10 older items survive as well; --items 12 lists all\n"
        #expect(run.text.contains(rest) == (count == 2), "\(run.text)")
        #expect(run.text.contains("SURVIVOR") == (count > 0), "\(run.text)")
    }

    @Test func overridesSimulateAnotherPolicy() async throws {
        let place = try SimulatePlace("keep: { last: 2 }")
        let run = try await place.simulate("--days", "30", "--every", "1d", "--keep", "12")
        #expect(run.code == 0 && run.text.contains("at the end 12 items"), "\(run.errorText)\(run.text)")
    }

    // MARK: What it refuses

    @Test func aGuardThatWouldRefuseIsSaidAndEndsWithFour() async throws {
        let place = try SimulatePlace("remove: { older_than: 7d }, limits: { max_items: 1 }")
        let run = try await place.simulate("--days", "30", "--every", "12h", "--size", "1KiB")
        #expect(run.code == 4)
        #expect(run.errorText.contains("backups: limits would refuse"), "\(run.errorText)")
        #expect(run.errorText.contains("limits.max_items allows 1"), "\(run.errorText)")
        #expect(run.text.contains("  refused "), "\(run.text)")
        #expect(run.text.contains("backups: growing: "), "\(run.text)")
    }

    @Test(arguments: [
        (
            "remove: { older_than: 1d }, quota: { of: data, path: backups, max: 1GiB, free_to: 80% }",
            "its quota depends on how full the disk will be"
        ),
        (
            "remove: { older_than: 1d }, keep: { referenced_by: [{ in: app, query: \"SELECT path FROM jobs\" }] }",
            "what keep.referenced_by will name, nobody knows"
        ),
        (
            "remove: { older_than: 1d, listed_by: [{ in: app, query: \"SELECT path FROM jobs\" }] }",
            "what remove.listed_by will name, nobody knows"
        ),
        (
            "compress: { older_than: 1d }, remove: { older_than: 9d, size_over: 1MiB }",
            "remove.size_over depends on how small compress will make files"
        ),
    ])
    func whatCannotBeForeseenIsRefusedAndNamed(_ task: String, _ reason: String) async throws {
        let place = try SimulatePlace(task)
        let run = try await place.simulate()
        #expect(run.code == 2 && run.text == "", "\(run.text)")
        #expect(run.errorText.contains("backups cannot be simulated: \(reason)"), "\(run.errorText)")
    }

    @Test func tasksOfOtherKindsAreRefused() async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let run = try await place.cleanupd.run("simulate", "rows")
        #expect(run.code == 2 && run.text == "")
        #expect(run.errorText.contains("rows cannot be simulated: only tasks on files"), "\(run.errorText)")
    }

    @Test(arguments: [
        (["--days", "0"], "--days: A simulation of 0 days"), (["--days", "4000"], "Write 1 to 3650"),
        (["--every", "1s"], "--every: The interval 1s"), (["--every", "daily"], "--every: The duration"),
        (["--size", "1MiB"], "--size goes with --every"), (["--keep", "0"], "--keep must be at least 1"),
        (["--at", "tomorrow"], "--at: "), (["--every", "1m", "--days", "3650"], "more than 100000"),
    ])
    func absurdNumbersAreRefused(_ arguments: [String], _ sentence: String) async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let run = try await place.cleanupd.run(["simulate", "backups"] + arguments)
        #expect(run.code == 2 && run.text == "", "\(run.text)")
        #expect(run.errorText.contains(sentence), "\(run.errorText)")
    }

    @Test func aFileThatIsNoPictureIsNotReplaced() async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let before = try Manifest(of: place.folder.url)
        let run = try await place.simulate("--svg", place.folder.file("data/backups/db-30.dump"))
        #expect(run.code == 2 && run.errorText.contains("db-30.dump is there and no SVG file"), "\(run.errorText)")
        #expect(try Manifest(of: place.folder.url) == before)
        let lock = place.folder.file("lock")
        #expect(FileManager.default.createFile(atPath: lock, contents: Data()))
        let empty = try await place.simulate("--svg", lock)
        #expect(empty.code == 2 && empty.errorText.contains("lock is there and empty"), "\(empty.errorText)")
        #expect(FileManager.default.contents(atPath: lock)?.isEmpty == true)
    }

    @Test func aFolderThatIsNotThereFailsAndIsNamed() async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let gone = place.folder.file("data/backups")
        try FileManager.default.moveItem(atPath: gone, toPath: place.folder.file("elsewhere"))
        let run = try await place.simulate()
        #expect(run.code == 1 && run.errorText.contains("backups"), "\(run.errorText)")
    }
}
