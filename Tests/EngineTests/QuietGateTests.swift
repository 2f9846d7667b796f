import Coordination
import Retention
import Support
import Synchronization
import Testing

@testable import Engine

/// Whether a firing may begin.
@Suite struct QuietGateTests {
    /// What was counted, and how often somebody looked.
    private final class Watcher: Sendable {
        let looks = Atomic<Int>(0)
        let ends = Mutex<[QuietGate.End]>([])
    }

    private struct LoadUnknown: Error {}

    /// 2027-01-15 08:00 UTC.
    private static let firing = Instant(seconds: 1_800_000_000)
    private let watcher = Watcher()
    private var ends: [QuietGate.End] { watcher.ends.withLock { $0 } }
    private var looks: Int { watcher.looks.load(ordering: .relaxed) }

    @Test func whereItIsQuietAFiringBeginsAtOnce() async {
        #expect(await answer { nil } == .begins)
        #expect(looks == 1 && ends == [], "it has not waited")
    }

    @Test func whereItIsNotQuietAFiringWaitsUntilTheNextLook() async {
        #expect(await answer { "somebody works" } == .waits(.seconds(30)))
        #expect(looks == 1 && ends == [])
    }

    @Test func aFiringThatHasWaitedBeginsOnceItIsQuiet() async {
        #expect(await answer(after: 600, hasWaited: true) { nil } == .begins)
        #expect(ends == [.quiet])
    }

    @Test func theLastLookIsAtTheLastMoment() async {
        #expect(await answer(after: 3_590, hasWaited: true) { "somebody works" } == .waits(.seconds(10)))
    }

    @Test func aFiringBeginsAtItsLastMomentWhateverTheLoad() async {
        #expect(await answer(after: 3_600, hasWaited: true) { "somebody works" } == .begins)
        #expect(ends == [.late])
    }

    @Test func aFiringThatIsMadeUpForAfterItsLastMomentBeginsWithoutALook() async {
        #expect(await answer(after: 3_700) { "somebody works" } == .begins)
        #expect(looks == 0 && ends == [])
    }

    @Test func whatNobodyCanTellIsNotQuietAndDelaysNoLonger() async {
        #expect(await answer { throw LoadUnknown() } == .waits(.seconds(30)))
        #expect(await answer(after: 3_600, hasWaited: true) { throw LoadUnknown() } == .begins)
        #expect(ends == [.unknown])
    }

    @Test func nothingThatWaitsBeginsWhileTheScheduleIsStopped() async {
        for seconds in [0.0, 3_600, 86_400] {
            #expect(await answer(after: seconds, hasWaited: true, isScheduling: false) { nil } == .waits(.seconds(30)))
        }
        #expect(looks == 0 && ends == [])
    }

    @Test func aFiringBeginsBeforeItsWindowCloses() async {
        let window = Window(fromMinute: 7 * 60, toMinute: 8 * 60 + 30, zone: "UTC")
        #expect(await answer(after: 1_730, hasWaited: true, window) { "somebody works" } == .waits(.seconds(10)))
        #expect(await answer(after: 1_740, hasWaited: true, window) { "somebody works" } == .begins)
        #expect(ends == [.late])
    }

    @Test func aFiringWhoseHoursAreOverIsPassedOver() async {
        let window = Window(fromMinute: 7 * 60, toMinute: 8 * 60 + 30, zone: "UTC")
        #expect(await answer(after: 1_800, hasWaited: true, window) { nil } == .isOver)
        #expect(looks == 0 && ends == [])
    }

    @Test func theWindowThatIsInForceCounts() async {
        // It was another one when the cycle fired.
        let window = Window(fromMinute: 9 * 60, toMinute: 10 * 60, zone: "UTC")
        #expect(await answer(after: 600, hasWaited: true, window) { nil } == .isOver)
        #expect(await answer(after: 3_599, window) { nil } == .isOver)
        #expect(looks == 0 && ends == [])
    }

    @Test func whatWasBegunGoesOnWhateverTheHourAndTheLoad() async {
        let window = Window(fromMinute: 7 * 60, toMinute: 8 * 60 + 30, zone: "UTC")
        var job = Self.job(hasWaited: true)
        job.begunAt = Self.firing
        for seconds in [0.0, 1_800, 90_000] {
            #expect(await answer(to: job, after: seconds, window) { "somebody works" } == .begins)
            #expect(await answer(to: job, after: seconds, isScheduling: false, nil) { "somebody works" } == .begins)
        }
        #expect(looks == 0 && ends == [])
    }

    @Test func attemptsAndErrorsDoNotSayThatItWasBegun() async {
        // Its worker was killed during a look.
        var job = Self.job(hasWaited: false)
        (job.attempts, job.stalls, job.lastError) = (2, 1, "Worker w gave no sign of life for too long.")
        #expect(await answer(to: job, after: 60, nil) { "somebody works" } == .waits(.seconds(30)))
        let window = Window(fromMinute: 7 * 60, toMinute: 8 * 60 + 30, zone: "UTC")
        #expect(await answer(to: job, after: 1_800, window) { nil } == .isOver)
    }

    @Test func aClockThatIsSetBackHoldsNoFiringUp() async {
        #expect(await answer(after: -30) { "somebody works" } == .waits(.seconds(30)))
        #expect(await answer(after: -7_200) { "somebody works" } == .begins)
        #expect(looks == 1 && ends == [])
        #expect(await answer(after: -7_200, hasWaited: true) { "somebody works" } == .begins)
        #expect(ends == [.late])
    }

    @Test func theLastMomentIsAMinuteBeforeTheEndOfTheWindowAtTheLatest() {
        let wait = QuietWait(atLatestSeconds: 7_200, checkEverySeconds: 1) { _ in nil }
        let window = Window(fromMinute: 7 * 60, toMinute: 9 * 60, zone: "UTC")
        #expect(wait.deadline(of: Self.firing, at: Self.firing, within: nil) == Instant(seconds: 1_800_007_200))
        #expect(wait.deadline(of: Self.firing, at: Self.firing, within: window) == Instant(seconds: 1_800_003_540))
        // A firing of before the window that is made up for in it.
        let later = Window(fromMinute: 8 * 60 + 30, toMinute: 9 * 60, zone: "UTC")
        let within = Instant(seconds: 1_800_002_400)
        #expect(wait.deadline(of: Self.firing, at: within, within: later) == Instant(seconds: 1_800_003_540))
        let whole = Window(fromMinute: 0, toMinute: 1_440, zone: "UTC")
        #expect(wait.deadline(of: Self.firing, at: Self.firing, within: whole) == Instant(seconds: 1_800_007_200))
        let minute = Window(fromMinute: 8 * 60, toMinute: 8 * 60 + 1, zone: "UTC")
        #expect(wait.deadline(of: Self.firing, at: Self.firing, within: minute) == Self.firing)
    }

    private static func job(hasWaited: Bool) -> Job {
        let request = JobRequest(id: "n@1", cycle: "nightly", firedAt: firing, trigger: "schedule", isRoutine: false)
        var job = Job(request, enqueuedAt: firing)
        job.state = .active
        job.attempts = 1
        if hasWaited { job.dueAt = firing.adding(nanoseconds: 30_000_000_000) }
        return job
    }

    /// - Parameter seconds: since the firing.
    private func answer(
        after seconds: Double = 0,
        hasWaited: Bool = false,
        isScheduling: Bool = true,
        _ window: Window? = nil,
        _ disturbance: @escaping @Sendable () throws -> String?
    ) async -> QuietGate.Answer {
        let job = Self.job(hasWaited: hasWaited)
        return await answer(to: job, after: seconds, isScheduling: isScheduling, window, disturbance)
    }

    private func answer(
        to job: Job,
        after seconds: Double,
        isScheduling: Bool = true,
        _ window: Window?,
        _ disturbance: @escaping @Sendable () throws -> String?
    ) async -> QuietGate.Answer {
        let watcher = watcher
        let gate = QuietGate(
            logger: .silent,
            now: { Self.firing.adding(nanoseconds: Int64(seconds * 1e9)) },
            began: { _, end in watcher.ends.withLock { $0.append(end) } }
        )
        let quiet = QuietWait(atLatestSeconds: 3_600, checkEverySeconds: 30) { _ in
            watcher.looks.add(1, ordering: .relaxed)
            return try disturbance()
        }
        let cycle = CycleDefinition(name: "nightly", schedule: nil, tasks: ["logs"], window: window, quiet: quiet)
        return await gate.answer(to: job, of: cycle, isScheduling: isScheduling, Cancellation())
    }
}
