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
}
