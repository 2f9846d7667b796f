import Coordination
import Retention
import Support
import Testing

/// What every kind of queue promises of silent workers, of what it keeps, and to operators.
@Suite(.timeLimit(.minutes(10)))
struct QueueUpkeepTests {
    @Test(arguments: QueueKind.allCases) func silentWorkersJobGoesToAnotherOnceAndThenDies(
        _ kind: QueueKind
    ) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            try await world.queue.put(.of("b"))
            let first = try await world.queue.take("one")
            let second = try #require(try await world.claimAfterSilence(worker: "two"))
            #expect(second.job.id == first.job.id, "at its old place in line")
            #expect(second.job.stalls == 1 && second.job.attempts == 2)
            #expect(second.job.lastError?.contains("one") == true)
            let third = try #require(try await world.claimAfterSilence(worker: "three"))
            #expect(third.job.cycle == "b")
            let dead = try #require(try await world.queue.job(first.job.id))
            #expect(dead.isDead && dead.stalls == 2 && dead.lastError?.contains("two") == true)
            #expect(try await world.totals() == QueueWorld.Totals(stalled: 2, dead: 1))
            #expect(try await world.queue.beat([second]) == [second.job.id])
        }
    }

    @Test(arguments: QueueKind.allCases) func beatKeepsTheJob(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            let claim = try await world.queue.take()
            let before = try await world.now()
            #expect(try await world.queue.beat([claim]).isEmpty)
            let job = try #require(try await world.queue.job(claim.job.id))
            #expect(try #require(job.heartbeatAt) >= before)
            #expect(try await world.queue.claim(worker: "other") == nil)
            #expect(try await world.totals().stalled == 0)
        }
    }

    @Test(arguments: QueueKind.allCases) func givenBackJobComesFirstAndItsAttemptDoesNotCount(
        _ kind: QueueKind
    ) async throws {
        try await QueueWorld.with(kind) { world in
            for name in ["a", "b", "c"] { try await world.queue.put(.of(name)) }
            let first = try await world.queue.take()
            let second = try await world.queue.take()
            #expect(try await world.queue.giveBack(second))
            #expect(try await world.queue.giveBack(first))
            let figures = try await world.queue.figures()
            #expect(figures.waiting == 3 && figures.active == 0 && figures.oldestWaitingSince == first.job.dueAt)
            let again = try await world.queue.take()
            #expect(again.job.id == first.job.id && again.job.attempts == 1 && again.job.stalls == 0)
            #expect(try await world.queue.complete(again))
            #expect(try await world.queue.drain() == ["b", "c"])
        }
    }

    @Test(arguments: QueueKind.allCases) func lastHundredCompletedAndFiftyFailedAreKept(_ kind: QueueKind) async throws
    {
        try await QueueWorld.with(kind) { world in
            for index in 0..<103 {
                try await world.queue.put(.of("ok\(index)"))
                #expect(try await world.queue.complete(try await world.queue.take()))
            }
            for index in 0..<53 {
                try await world.queue.put(.of("bad\(index)", attempts: 1))
                let claim = try await world.queue.take()
                #expect(try await world.queue.fail(claim, error: "e", tasks: nil, chance: 0) == .dead)
            }
            let completed = try await world.queue.jobs([.completed], offset: 0, limit: 1000)
            #expect(completed.map(\.cycle) == (3..<103).reversed().map { "ok\($0)" })
            let failed = try await world.queue.jobs([.failed], offset: 0, limit: 1000)
            #expect(failed.map(\.cycle) == (3..<53).reversed().map { "bad\($0)" })
            #expect(try await world.queue.enqueue(.of("ok0"), epoch: nil) == .duplicate, "gone, and remembered")
            let figures = try await world.queue.figures()
            #expect(figures.dead == 50 && figures.deadTotal == 53)
            let page = try await world.queue.jobs([.completed, .failed], offset: 48, limit: 4)
            #expect(page.map(\.cycle) == ["bad4", "bad3", "ok102", "ok101"])
            #expect(try await world.queue.jobs([.completed], offset: 0, limit: 0).isEmpty)
        }
    }

    @Test(arguments: QueueKind.allCases) func routineJobsLeaveNoRecord(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("look", 0, isRoutine: true, attempts: 1))
            let good = try await world.queue.take()
            #expect(try await world.queue.complete(good))
            try await world.queue.put(.of("look", 1, isRoutine: true, attempts: 1))
            let bad = try await world.queue.take()
            #expect(try await world.queue.fail(bad, error: "e", tasks: nil, chance: 0) == .dead)
            try await world.queue.put(.of("look", 2, isRoutine: true))
            let late = try await world.queue.take()
            _ = try await world.queue.fail(late, error: "e", tasks: nil, chance: 0)
            try await world.queue.put(.of("look", 3, isRoutine: true))
            let jobs = try await world.queue.jobs(Set(JobState.allCases), offset: 0, limit: 10)
            #expect(jobs.map(\.request) == [.of("look", 3, isRoutine: true)])
            #expect(try await world.queue.enqueue(.of("look", 0), epoch: nil) == .duplicate)
        }
    }

    @Test(arguments: QueueKind.allCases) func operatorRetriesFailedAndDelayedJobs(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let queue = world.queue
            try await queue.put(.of("dead", attempts: 1))
            _ = try await queue.fail(try await queue.take(), error: "e", tasks: ["left"], chance: 0)
            try await queue.put(.of("late"))
            _ = try await queue.fail(try await queue.take(), error: "e", tasks: nil, chance: 0)
            try await queue.put(.of("busy", 0, attempts: 1))
            _ = try await queue.fail(try await queue.take(), error: "e", tasks: nil, chance: 0)
            try await queue.put(.of("busy", 1))
            #expect(try await queue.retry("unknown") == false)
            #expect(try await queue.retry(JobRequest.of("busy", 0).id) == false, "its cycle is busy")
            #expect(try await queue.retry(JobRequest.of("busy", 1).id) == false, "it waits already")
            #expect(try await queue.retry(JobRequest.of("dead").id))
            #expect(try await queue.retry(JobRequest.of("late").id))
            let job = try #require(try await queue.job(JobRequest.of("dead").id))
            #expect(job.state == .waiting && job.attempts == 0 && job.stalls == 0 && job.endedAt == nil)
            #expect(job.tasks == ["left"] && job.lastError == "e")
            #expect(try await queue.enqueue(.of("dead", 5), epoch: nil) == .busy(by: job.id))
            #expect(try await queue.drain() == ["busy", "dead", "late"])
            #expect(try await queue.retry(job.id) == false, "it has completed")
        }
    }

    @Test(arguments: QueueKind.allCases) func operatorRemovesAnyButActiveJobs(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let queue = world.queue
            for name in ["active", "late", "dead", "done", "back"] {
                try await queue.put(.of(name, attempts: name == "dead" ? 1 : 3))
            }
            let active = try await queue.take()
            _ = try await queue.fail(try await queue.take(), error: "e", tasks: nil, chance: 0)
            _ = try await queue.fail(try await queue.take(), error: "e", tasks: nil, chance: 0)
            _ = try await queue.complete(try await queue.take())
            _ = try await queue.giveBack(try await queue.take())
            try await queue.put(.of("waiting"))
            #expect(try await queue.remove(active.job.id) == false)
            #expect(try await queue.remove("unknown") == false)
            for name in ["late", "dead", "done", "back", "waiting"] {
                #expect(try await queue.remove(JobRequest.of(name).id), "\(name)")
                #expect(try await queue.remove(JobRequest.of(name).id) == false, "\(name) has gone")
                #expect(try await queue.enqueue(.of(name), epoch: nil) == .duplicate)
                #expect(try await queue.enqueue(.of(name, 1), epoch: nil) == .enqueued, "its cycle is free")
            }
            #expect(try await queue.complete(active))
            #expect(try await queue.drain() == ["late", "dead", "done", "back", "waiting"])
        }
    }

    @Test(arguments: QueueKind.allCases) func pausedQueueGivesNothingOutAndTakesEverythingIn(
        _ kind: QueueKind
    ) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            let active = try await world.queue.take()
            try await world.queue.setPaused(true)
            try await world.queue.put(.of("b"))
            #expect(try await world.queue.claim(worker: "w") == nil)
            #expect(try await world.queue.figures().isPaused)
            #expect(try await world.queue.beat([active]).isEmpty)
            #expect(try await world.queue.complete(active))
            try await world.queue.setPaused(false)
            #expect(try await world.queue.figures().isPaused == false)
            #expect(try await world.queue.drain() == ["b"])
        }
    }

    @Test(arguments: QueueKind.allCases) func figuresCountEachState(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            #expect(try await world.queue.figures() == QueueFigures(), "an empty queue")
            for name in ["a", "b", "c", "d", "e"] {
                try await world.queue.put(.of(name, attempts: name == "a" ? 1 : 3))
            }
            _ = try await world.queue.fail(try await world.queue.take(), error: "e", tasks: nil, chance: 0)
            _ = try await world.queue.fail(try await world.queue.take(), error: "e", tasks: nil, chance: 0)
            _ = try await world.queue.take()
            let figures = try await world.queue.figures()
            #expect(figures.waiting == 2 && figures.active == 1 && figures.delayed == 1 && figures.dead == 1)
            let next = try #require(try await world.queue.job(JobRequest.of("d").id))
            #expect(figures.oldestWaitingSince == next.dueAt)
            let live = try await world.queue.jobs([.waiting, .active, .delayed], offset: 0, limit: 10)
            #expect(live.map(\.cycle) == ["e", "d", "c", "b"], "the latest first")
        }
    }
}
