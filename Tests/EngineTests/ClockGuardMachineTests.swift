import Retention
import State
import Support
import Testing

@testable import Engine

/// Machines that share a state, each with a clock of its own.
@Suite struct ClockGuardMachineTests {
    private static let day = 86_400.0

    private let folder: TemporaryFolder
    private let state: SQLiteStateStore

    init() throws {
        folder = try TemporaryFolder()
        state = try SQLiteStateStore(path: folder.file("state.db"))
    }

    private func trip(_ machine: String, days: Double, boot: String) throws -> Limits.Trip? {
        let reading = ClockReading(wall: 1_800_000_000 + days * Self.day, sinceBoot: 1_000, boot: boot)
        return try ClockGuard({ reading }, machine: machine).check(state, isVouchedFor: false)
    }

    @Test func aMachineThatWasNeverSeenIsMeasuredByWhoeverWasSeenLast() throws {
        #expect(try trip("first", days: 0, boot: "a") == nil)
        #expect(try trip("second", days: 1, boot: "b") == nil)
        #expect(try trip("third", days: 40, boot: "c")?.guard == .clockSkew)
        #expect(try trip("fourth", days: 1, boot: "d") == nil)
    }

    @Test func aClockThatIsNotBelievedForgetsNobody() throws {
        #expect(try trip("first", days: 0, boot: "a") == nil)
        #expect(try trip("leapt", days: 400, boot: "b") != nil)
        #expect(try state.settings()["clock:first"] != nil)
    }

    @Test func aMachineThatHasNotBeenSeenForAMonthIsForgotten() throws {
        for week in 0..<7 {
            let days = Double(week) * 6
            #expect(try trip("machine\(week)", days: days, boot: "boot\(week)") == nil)
        }
        let settings = try state.settings()
        #expect(settings["clock:machine0"] == nil)
        #expect(settings["clock:machine6"] != nil)
    }
}
