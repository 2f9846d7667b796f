import Logging
import Retention
import Support
import Synchronization
import Testing

@testable import Engine

/// What a firing waits for before it begins.
@Suite(.timeLimit(.minutes(2))) struct QuietGateTests {
    /// What the gate said, and how often it looked.
    private final class Watcher: Sendable {
        let looks = Atomic<Int>(0)
        let passes = Mutex<[Bool]>([])
    }

    private static let now = Instant(seconds: 1_800_000_000)
    private let watcher = Watcher()

    @Test func whereItIsQuietAFiringBeginsAtOnce() async {
        await wait(atLatest: 3_600) { _ in nil }
        #expect(watcher.looks.load(ordering: .relaxed) == 1)
        #expect(watcher.passes.withLock { $0 } == [false])
    }

    @Test func aFiringBeginsAsSoonAsItIsQuiet() async {
        await wait(atLatest: 3_600) { $0 < 5 ? "somebody works" : nil }
        #expect(watcher.looks.load(ordering: .relaxed) == 5)
        #expect(watcher.passes.withLock { $0 } == [false])
    }

    @Test func aFiringBeginsAtItsLastMomentWhateverTheLoad() async {
        let start = ContinuousClock.now
        await wait(atLatest: 0.2) { _ in "somebody always works" }
        #expect(ContinuousClock.now - start >= .milliseconds(200))
        #expect(watcher.looks.load(ordering: .relaxed) > 1)
        #expect(watcher.passes.withLock { $0 } == [true])
    }

    @Test func aFiringWhoseLastMomentIsPastLooksOnce() async {
        await wait(atLatest: 60, firedAt: Self.now.adding(nanoseconds: -61_000_000_000)) { _ in "somebody works" }
        #expect(watcher.looks.load(ordering: .relaxed) == 1)
        #expect(watcher.passes.withLock { $0 } == [true])
    }

    @Test func whatCannotBeToldIsNotQuietAndDelaysNoLonger() async {
        await wait(atLatest: 0.05) { _ in throw LoadUnknown() }
        #expect(watcher.passes.withLock { $0 } == [true])
    }

    @Test func aJobThatIsCancelledDoesNotBegin() async {
        let cancellation = Cancellation()
        await wait(atLatest: 3_600, cancellation: cancellation) { looks in
            if looks == 3 { cancellation.cancel(.shutdown) }
            return "somebody works"
        }
        #expect(watcher.passes.withLock { $0 }.isEmpty)
    }

    @Test func theLastMomentIsNoLaterThanTheEndOfTheWindow() throws {
        // 2027-01-15 08:00 UTC.
        let wait = QuietWait(atLatestSeconds: 7_200, checkEverySeconds: 1) { _ in nil }
        let window = Window(fromMinute: 7 * 60, toMinute: 9 * 60, zone: "UTC")
        #expect(wait.deadline(of: Self.now, within: nil) == Instant(seconds: 1_800_007_200))
        #expect(wait.deadline(of: Self.now, within: window) == Instant(seconds: 1_800_003_600))
        let whole = Window(fromMinute: 0, toMinute: 1_440, zone: "UTC")
        #expect(wait.deadline(of: Self.now, within: whole) == Instant(seconds: 1_800_007_200))
    }

    private struct LoadUnknown: Error {}

    /// - Parameter disturbance: gets the number of the look, from 1.
    private func wait(
        atLatest: Double,
        firedAt: Instant = Self.now,
        cancellation: Cancellation = Cancellation(),
        _ disturbance: @escaping @Sendable (Int) throws -> String?
    ) async {
        let watcher = watcher
        let gate = QuietGate(
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { Self.now },
            passed: { _, isLate in watcher.passes.withLock { $0.append(isLate) } }
        )
        let quiet = QuietWait(atLatestSeconds: atLatest, checkEverySeconds: 0.002) { _ in
            try disturbance(watcher.looks.add(1, ordering: .relaxed).newValue)
        }
        let cycle = CycleDefinition(name: "nightly", schedule: nil, tasks: ["logs"], quiet: quiet)
        await gate.wait(cycle, firedAt: firedAt, cancellation)
    }
}
