import Coordination
import Retention
import Support
import Testing

/// What every kind of queue promises to schedulers and workers.
@Suite(.timeLimit(.minutes(10)))
struct QueueConformanceTests {
    @Test(arguments: QueueKind.allCases) func jobsComeInTheOrderInWhichTheyWentIn(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            for name in ["b", "a", "c"] { try await world.queue.put(.of(name)) }
            #expect(try await world.queue.drain() == ["b", "a", "c"])
            #expect(try await world.queue.claim(worker: "w") == nil)
        }
    }

    @Test(arguments: QueueKind.allCases) func claimTellsAllOfTheJob(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let request = JobRequest(
                id: "night@x",
                cycle: "night",
                firedAt: Instant(nanoseconds: 1_700_000_000_123_456_789),
                trigger: "ops ä \"quoted\"\n",
                isRoutine: true,
                maximumAttempts: 7,
                backoffSeconds: 0.125
            )
            let before = try await world.now()
            try await world.queue.put(request)
            let claim = try await world.queue.take("host:1")
            let after = try await world.now()
            let job = claim.job
            #expect(job.request == request)
            #expect(job.state == .active && job.attempts == 1 && job.stalls == 0 && job.tasks == nil)
            #expect(job.worker == "host:1" && job.claim == claim.token && job.lastError == nil)
            #expect(before <= job.enqueuedAt && job.enqueuedAt == job.dueAt)
            let started = try #require(job.startedAt)
            #expect(job.enqueuedAt <= started && started <= after && job.heartbeatAt == started)
            #expect(try await world.queue.job("night@x") == job)
        }
    }

    @Test(.tags(.r7), arguments: QueueKind.allCases) func duplicateIsNoOpAHundredTimes(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let queue = world.queue
            let answers = try await withThrowingTaskGroup(of: Enqueued.self) { group in
                for _ in 0..<100 { group.addTask { try await queue.enqueue(.of("a"), epoch: nil) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 == .enqueued } == 1)
            #expect(answers.count { $0 == .duplicate } == 99)
            let claim = try await queue.take()
            #expect(try await queue.enqueue(.of("a"), epoch: nil) == .duplicate, "while it is active")
            #expect(try await queue.complete(claim))
            #expect(try await queue.enqueue(.of("a"), epoch: nil) == .duplicate, "when it has ended")
            #expect(try await queue.remove(claim.job.id))
            #expect(try await queue.enqueue(.of("a"), epoch: nil) == .duplicate, "when it has gone")
            #expect(try await queue.claim(worker: "w") == nil)
        }
    }

    @Test(arguments: QueueKind.allCases) func cycleThatWaitsOrIsActiveIsBusy(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let first = JobRequest.of("a", 0)
            try await world.queue.put(first)
            #expect(try await world.queue.enqueue(.of("a", 1), epoch: nil) == .busy(by: first.id))
            let claim = try await world.queue.take()
            #expect(try await world.queue.enqueue(.of("a", 1), epoch: nil) == .busy(by: first.id))
            #expect(try await world.queue.complete(claim))
            #expect(try await world.queue.enqueue(.of("a", 1), epoch: nil) == .enqueued)
        }
    }

    @Test(arguments: QueueKind.allCases) func retryIsSupersededByTheNextJobOfTheCycle(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a", 0))
            let claim = try await world.queue.take()
            _ = try await world.queue.fail(claim, error: "disk", tasks: ["t"], chance: 0)
            let next = JobRequest.of("a", 1)
            try await world.queue.put(next)
            let old = try #require(try await world.queue.job(claim.job.id))
            #expect(old.state == .failed && old.supersededBy == next.id && !old.isDead)
            #expect(old.lastError?.contains(next.id) == true && old.endedAt != nil)
            let figures = try await world.queue.figures()
            #expect(figures.dead == 0 && figures.deadTotal == 0 && figures.delayed == 0 && figures.waiting == 1)
            #expect(try await world.queue.drain() == ["a"])
        }
    }

    @Test(arguments: QueueKind.allCases) func smallerEpochIsRefused(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let large = Int64.max - 1
            let asked: [(cycle: String, epoch: Int64)] = [
                ("a", 9), ("b", 10), ("c", 9), ("a", 9), ("c", 10), ("d", large + 1), ("e", large),
            ]
            var answers: [Enqueued] = []
            for (cycle, epoch) in asked {
                answers.append(try await world.queue.enqueue(.of(cycle), epoch: epoch))
            }
            // Before anything else, as with the known "a"; and beyond 53 bits.
            #expect(answers == [.enqueued, .enqueued, .stale, .stale, .enqueued, .enqueued, .stale])
            #expect(try await world.queue.drain() == ["a", "b", "c", "d"])
        }
    }

    @Test(arguments: QueueKind.allCases) func unsoundRequestIsRefused(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            var requests = Array(repeating: JobRequest.of("a"), count: 8)
            requests[0].id = ""
            requests[1].id = "two words"
            requests[2].id = String(repeating: "x", count: 201)
            requests[3].cycle = "ä"
            requests[4].trigger = String(repeating: "x", count: 257)
            requests[5].maximumAttempts = 0
            requests[6].backoffSeconds = .nan
            requests[7].backoffSeconds = 1e9
            for request in requests {
                await #expect(throws: JobQueueError.self) { try await world.queue.enqueue(request, epoch: nil) }
            }
            let jobs = try await world.queue.jobs(Set(JobState.allCases), offset: 0, limit: 10)
            #expect(jobs.isEmpty)
        }
    }

    @Test(arguments: QueueKind.allCases) func failureIsRetriedAfterItsBackOffAndThenDead(_ kind: QueueKind) async throws
    {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a", backoff: 0.02))
            var claim = try await world.queue.take()
            for attempt in 1...2 {
                #expect(claim.job.attempts == attempt)
                let before = try await world.now()
                let answer = try await world.queue.fail(claim, error: "e\(attempt)", tasks: ["x"], chance: 0)
                guard case .retries(let due) = answer else { throw SupportError("\(answer)") }
                #expect(due >= before.adding(nanoseconds: Int64(20_000_000 << (attempt - 1))))
                claim = try await world.takeDelayed()
                #expect(try #require(claim.job.startedAt) >= due, "not before it is due")
                #expect(claim.job.dueAt == due && claim.job.tasks == ["x"] && claim.job.lastError == "e\(attempt)")
            }
            #expect(try await world.queue.fail(claim, error: "e3", tasks: nil, chance: 0) == .dead)
            let job = try #require(try await world.queue.jobs([.failed], offset: 0, limit: 10).first)
            #expect(job.isDead && job.lastError == "e3" && job.attempts == 3 && job.tasks == nil)
            #expect(try await world.totals() == QueueWorld.Totals(stalled: 0, dead: 1))
        }
    }

    @Test(arguments: QueueKind.allCases) func delayedJobIsNotGivenOut(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a", backoff: 3600))
            let claim = try await world.queue.take()
            _ = try await world.queue.fail(claim, error: "e", tasks: ["x", "y"], chance: 0)
            #expect(try await world.queue.claim(worker: "w") == nil)
            let job = try #require(try await world.queue.job(claim.job.id))
            #expect(job.state == .delayed && job.tasks == ["x", "y"] && job.claim == nil && job.heartbeatAt == nil)
            #expect(try await world.queue.beat([claim]) == [job.id])
        }
    }

    @Test(arguments: QueueKind.allCases) func backOffDoublesWithinItsBounds(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            for (chance, factor) in [(0.0, 1.0), (0.5, 1.25), (0.999, 1.4995)] {
                let request = JobRequest.of("a", Int64(chance * 1000), backoff: 60)
                try await world.queue.put(request)
                let claim = try await world.queue.take()
                let before = try await world.now()
                let answer = try await world.queue.fail(claim, error: "", tasks: nil, chance: chance)
                let after = try await world.now()
                guard case .retries(let due) = answer else { throw SupportError("\(answer)") }
                let wait = Int64(60 * factor * 1e9)
                // A queue's times may be cut to microseconds.
                #expect(due >= before.adding(nanoseconds: wait - 2000) && due <= after.adding(nanoseconds: wait))
                #expect(try await world.queue.remove(request.id))
            }
        }
    }

    @Test(arguments: QueueKind.allCases) func longErrorIsCutAtACharacter(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a", attempts: 1))
            let claim = try await world.queue.take()
            let error = "x" + String(repeating: "é", count: 100_000)
            #expect(try await world.queue.fail(claim, error: error, tasks: [], chance: 0) == .dead)
            let job = try #require(try await world.queue.job(claim.job.id))
            #expect(job.lastError == "x" + String(repeating: "é", count: 499))
            #expect(job.tasks == [], "nothing is left, which is not the same as everything")
        }
    }

    @Test(arguments: QueueKind.allCases) func lostClaimChangesNothing(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            let old = try await world.queue.take("old")
            let new = try #require(try await world.claimAfterSilence(worker: "new"))
            #expect(new.job.id == old.job.id && new.token != old.token)
            let before = try await world.queue.job(new.job.id)
            #expect(try await world.queue.beat([old]) == [old.job.id])
            #expect(try await world.queue.complete(old) == false)
            #expect(try await world.queue.fail(old, error: "late", tasks: nil, chance: 0) == .lost)
            #expect(try await world.queue.giveBack(old) == false)
            #expect(try await world.queue.begin(old) == false)
            #expect(try await world.queue.postpone(old, by: .zero) == false)
            #expect(try await world.queue.job(new.job.id) == before)
            #expect(try await world.queue.beat([new]).isEmpty)
            #expect(try await world.queue.complete(new))
            #expect(try await world.queue.complete(new) == false, "it has ended")
            #expect(try await world.queue.beat([new]) == [new.job.id])
        }
    }
}
