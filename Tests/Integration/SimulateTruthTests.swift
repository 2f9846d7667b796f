import Foundation
import Support
import Testing

/// What `cleanupd simulate` must say, or refuse, so that nobody takes what it shows for what will be.
@Suite(.timeLimit(.minutes(5)))
struct SimulateTruthTests {
    private static let secondly = "cycles: { often: { every: 1s, tasks: [backups] } }"

    @Test func tooManyFiringsAreThinnedAndThatIsSaid() async throws {
        let place = try SimulatePlace("remove: { older_than: 7d }", more: Self.secondly)
        let run = try await place.simulate("--days", "3")
        #expect(run.code == 0, "\(run.errorText)")
        #expect(run.text.contains("of each hour the first run only is simulated."), "\(run.text)")
    }

    @Test(arguments: ["limits: { max_items: 1 }", "budget: { items: 1 }"])
    func whatCountsForEachRunIsNotSimulatedWithFewerRuns(_ guards: String) async throws {
        let place = try SimulatePlace("remove: { older_than: 7d }, \(guards)", more: Self.secondly)
        let run = try await place.simulate("--days", "3")
        #expect(run.code == 2 && run.text.isEmpty, "\(run.text)")
        #expect(run.errorText.contains("fire more than 100000 times in 3 days"), "\(run.errorText)")
        #expect(run.errorText.contains("Write fewer --days."), "\(run.errorText)")
    }

    @Test func aTimeBeforeAnItemIsRefused() async throws {
        let place = try SimulatePlace(SimulatePlace.grandfathers)
        let run = try await place.cleanupd.run("simulate", "backups", "--at", "2025-12-30T12:00:00Z")
        #expect(run.code == 2 && run.text.isEmpty, "\(run.text)")
        #expect(run.errorText.contains("--at: 1 item of now is younger than 2025-12-30T12:00:00Z"), "\(run.errorText)")
        // What lies in the future of now may be there.
        let ahead = Date(timeIntervalSinceNow: 86_400)
        let file = place.folder.file("data/backups/db-31.dump")
        try FileManager.default.setAttributes([.modificationDate: ahead], ofItemAtPath: file)
        let now = try await place.cleanupd.run("simulate", "backups", "--days", "3")
        #expect(now.code == 0, "\(now.errorText)")
    }

    @Test func whatIsLeftOutAndThatItOnlyDryRunsIsSaid() async throws {
        let nightly = """
            dry_run: true
            cycles: { nightly: { schedule: "0 2 * * *", max_duration: 1h, tasks: [backups] } }
            """
        let place = try SimulatePlace("remove: { older_than: 7d }", more: nightly)
        let run = try await place.simulate("--days", "3")
        #expect(run.code == 0, "\(run.errorText)")
        #expect(run.text.contains("now (dry run): shown is what would be if it acted."), "\(run.text)")
        #expect(run.text.contains("max_duration of nightly is left out: each run is taken to do"), "\(run.text)")
    }

    @Test func placesThatCannotBeReadAreSaidBesideARefusal() async throws {
        let place = try SimulatePlace("remove: { older_than: 7d }, limits: { max_items: 1 }")
        let deep = place.folder.file("data/backups/" + Array(repeating: "d", count: 520).joined(separator: "/"))
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let words = "1 place could not be looked at, and what lies there is left out; first: "
        let refused = try await place.simulate("--days", "30", "--every", "12h", "--size", "1KiB")
        #expect(refused.code == 4)
        #expect(refused.errorText.contains("backups: limits would refuse"), "\(refused.errorText)")
        #expect(refused.errorText.contains("backups: \(words)"), "\(refused.errorText)")
        #expect(refused.text.contains("backups: \(words)"), "\(refused.text)")
        let partial = try await place.simulate("--days", "3")
        #expect(partial.code == 3 && partial.errorText.contains("backups: \(words)"), "\(partial.errorText)")
    }
}
