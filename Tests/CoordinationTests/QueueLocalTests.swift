import Coordination
import Foundation
import Retention
import State
import Support
import Synchronization
import Testing

/// The local queue and its state store: what a new process finds, and what cannot be saved.
@Suite(.timeLimit(.minutes(10)))
struct QueueLocalTests {
    private let folder: TemporaryFolder
    private let clock = TestClock()

    init() throws { folder = try TemporaryFolder() }

    private func state(fault: @escaping FaultPoint = { _ in 0 }) throws -> SQLiteStateStore {
        try SQLiteStateStore(path: folder.file("state.db"), fault: fault)
    }

    private func queue(_ state: SQLiteStateStore) throws -> LocalJobQueue {
        try LocalJobQueue(state: state, stallAfter: .seconds(60), now: { [clock] in clock.now })
    }

    @Test func newProcessGoesOnWhereTheOldOneDied() async throws {
        let old = try state()
        let first = try queue(old)
        for name in ["active", "late", "dead", "done", "gone", "waits"] {
            try await first.put(.of(name, attempts: name == "dead" ? 1 : 3))
        }
        let active = try await first.take("dead process")
        _ = try await first.fail(try await first.take(), error: "e", tasks: ["left"], chance: 0)
        _ = try await first.fail(try await first.take(), error: "e", tasks: nil, chance: 0)
        _ = try await first.complete(try await first.take())
        _ = try await first.remove(JobRequest.of("gone").id)
        #expect(try await first.enqueue(.of("marked"), epoch: 7) == .enqueued)
        try await first.setPaused(true)
        let all = Set(JobState.allCases)
        let before = try await first.jobs(all, offset: 0, limit: 100)
        // Without closing it: as kill -9 leaves it.
        let second = try queue(try state())
        var after = try await second.jobs(all, offset: 0, limit: 100)
        let index = try #require(after.firstIndex { $0.id == active.job.id })
        #expect(after[index].state == .waiting && after[index].stalls == 1 && after[index].attempts == 1)
        after[index] = try #require(before.first { $0.id == active.job.id })
        #expect(after == before, "all others are as they were")
        #expect(try await second.beat([active]) == [active.job.id])
        #expect(try await second.complete(active) == false)
        let figures = try await second.figures()
        #expect(figures.isPaused && figures.stalledTotal == 1 && figures.delayed == 1 && figures.dead == 1)
        #expect(try await second.enqueue(.of("gone"), epoch: nil) == .duplicate)
        #expect(try await second.enqueue(.of("x"), epoch: 6) == .stale)
        try await second.setPaused(false)
        #expect(try await second.drain() == ["active", "waits", "marked"])
        withExtendedLifetime(old) {}
    }

    @Test func jobThatTakesItsProcessWithItIsGivenUpTheSecondTime() async throws {
        let request = JobRequest.of("killer")
        try await queue(try state()).put(request)
        for round in 1...2 {
            let claim = try await queue(try state()).claim(worker: "process \(round)")
            #expect(claim?.job.attempts == round)
        }
        let last = try queue(try state())
        let job = try #require(try await last.job(request.id))
        #expect(job.isDead && job.stalls == 2)
        #expect(try await last.claim(worker: "w") == nil)
    }

    @Test func changeThatCannotBeSavedIsNotMade() async throws {
        let isFull = FaultSwitch()
        let queue = try queue(try state(fault: { _ in isFull.isOn ? ENOSPC : 0 }))
        try await queue.put(.of("a"))
        try await queue.put(.of("late"))
        let claim = try await queue.take()
        let before = try await queue.jobs(Set(JobState.allCases), offset: 0, limit: 100)
        isFull.isOn = true
        await #expect(throws: StateError.self) { try await queue.enqueue(.of("b"), epoch: 3) }
        await #expect(throws: StateError.self) { try await queue.claim(worker: "w") }
        await #expect(throws: StateError.self) { try await queue.complete(claim) }
        await #expect(throws: StateError.self) { try await queue.fail(claim, error: "e", tasks: nil, chance: 0) }
        await #expect(throws: StateError.self) { try await queue.giveBack(claim) }
        await #expect(throws: StateError.self) { try await queue.remove(JobRequest.of("late").id) }
        await #expect(throws: StateError.self) { try await queue.setPaused(true) }
        #expect(try await queue.beat([claim]).isEmpty, "which needs no disk")
        isFull.isOn = false
        var after = try await queue.jobs(Set(JobState.allCases), offset: 0, limit: 100)
        for index in after.indices where after[index].id == claim.job.id {
            after[index].heartbeatAt = claim.job.heartbeatAt
        }
        #expect(after == before)
        #expect(try await queue.enqueue(.of("b"), epoch: 2) == .enqueued, "the refused epoch was not seen")
        #expect(try await queue.complete(claim))
        #expect(try await queue.drain() == ["late", "b"])
    }

    @Test func unreadableRowsBecomeFailedJobs() async throws {
        let state = try state()
        try await queue(state).put(.of("good"))
        let good = try #require(try state.jobs().first { $0.id == JobRequest.of("good").id })
        let stolen = JobRequest.of("stolen").id
        try state.changeJobs(
            saving: [
                ("torn@2027-01-15T00:00:00Z", "{\"job\":{"), (stolen, good.json), ("two words", "[]"),
                ("many@x", good.json.replacingOccurrences(of: "\"attempts\":0", with: "\"attempts\":-1")),
            ],
            removing: []
        )
        for _ in 0..<2 {
            let queue = try queue(state)
            let failed = try await queue.jobs([.failed], offset: 0, limit: 10)
            #expect(Set(failed.map(\.cycle)) == ["torn", "stolen", "many"])
            #expect(failed.allSatisfy { $0.isDead && $0.lastError?.contains("cannot be read") == true })
        }
        let queue = try queue(state)
        #expect(try await queue.drain() == ["good"])
        #expect(try await queue.retry(stolen))
        #expect(try await queue.drain() == ["stolen"])
    }

    @Test func factsThatCannotBeReadLeaveTheQueuePaused() async throws {
        let state = try state()
        try await queue(state).put(.of("a"))
        try state.changeJobs(saving: [("", "{")], removing: [])
        let queue = try queue(state)
        #expect(try await queue.claim(worker: "w") == nil)
        let figures = try await queue.figures()
        #expect(figures.isPaused && figures.unreadableTotal == 1)
        try await queue.setPaused(false)
        #expect(try await queue.drain() == ["a"])
    }
}

/// Whether the disk is full.
private final class FaultSwitch: Sendable {
    private let value = Mutex(false)

    var isOn: Bool {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
