import Coordination
import Retention
import Support
import Testing

/// What every kind of queue promises of jobs whose time has not come.
@Suite(.timeLimit(.minutes(10)))
struct QueuePostponeTests {
    @Test(arguments: QueueKind.allCases) func postponedJobHoldsNoWorkerAndComesLater(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            #expect(try await world.queue.postpone(world.queue.take(), by: .milliseconds(50)))
            let waiting = try #require(try await world.queue.jobs([.delayed], offset: 0, limit: 9).first)
            #expect(waiting.attempts == 0 && waiting.lastError == nil && waiting.claim == nil)
            #expect(waiting.dueAt >= waiting.enqueuedAt.adding(nanoseconds: 50_000_000))
            let claim = try await world.takeDelayed()
            #expect(claim.job.id == waiting.id && claim.job.attempts == 1 && claim.job.lastError == nil)
            #expect(claim.job.dueAt == waiting.dueAt, "so that it is known that it has waited")
            #expect(try await world.queue.complete(claim))
        }
    }

    @Test(arguments: QueueKind.allCases)
    func postponedJobKeepsItsCycleBusyUntilItIsBegunOrRemoved(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            let (first, next) = (JobRequest.of("a", 1), JobRequest.of("a", 2))
            try await world.queue.put(first)
            #expect(try await world.queue.postpone(world.queue.take(), by: .seconds(3600)))
            #expect(try await world.queue.enqueue(next, epoch: nil) == .busy(by: first.id), "not superseded for ever")
            #expect(try await world.queue.claim(worker: "w") == nil)
            #expect(try await world.queue.remove(first.id))
            #expect(try await world.queue.enqueue(next, epoch: nil) == .enqueued)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func silenceOfALookDoesNotCountOnceItIsPostponed(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            _ = try await world.queue.take("one")
            let claim = try #require(try await world.claimAfterSilence(worker: "two"))
            #expect(claim.job.stalls == 1 && claim.job.begunAt == nil)
            #expect(try await world.queue.postpone(claim, by: .milliseconds(50)))
            let waiting = try #require(try await world.queue.job(claim.job.id))
            #expect(waiting.stalls == 0 && waiting.attempts == 0 && waiting.lastError == nil && waiting.worker == nil)
            #expect(try await world.takeDelayed().job.attempts == 1)
        }
    }

    @Test(arguments: QueueKind.allCases) func whatWasBegunIsKnownForGood(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a", backoff: 0.02))
            let first = try await world.queue.take()
            #expect(first.job.begunAt == nil)
            #expect(try await world.queue.begin(first))
            let begun = try #require(try await world.queue.job(first.job.id)?.begunAt)
            #expect(try await world.queue.begin(first), "twice is no harm")
            #expect(try await world.queue.giveBack(first))
            let second = try await world.queue.take()
            #expect(second.job.begunAt == begun && second.job.attempts == 1)
            #expect(try await world.queue.fail(second, error: "e", tasks: nil, chance: 0) != .lost)
            #expect(try await world.takeDelayed().job.begunAt == begun)
        }
    }

    @Test(arguments: QueueKind.allCases) func whatAnOperatorRetriesCountsAsBegun(_ kind: QueueKind) async throws {
        try await QueueWorld.with(kind) { world in
            try await world.queue.put(.of("a"))
            let claim = try await world.queue.take()
            #expect(try await world.queue.postpone(claim, by: .seconds(3600)))
            #expect(try await world.queue.retry(claim.job.id))
            let again = try await world.queue.take()
            #expect(again.job.id == claim.job.id && again.job.begunAt != nil)
        }
    }

    /// Redis' clock cannot be set, so the time that the job waits for is.
    @Test func whatIsPostponedComesAtOnceWhereTheClockOfRedisWasSetBackByDays() async throws {
        try await RedisQueues.withServer { server, queue in
            let keys = RedisKeys()
            for name in ["a", "b"] { try await queue.put(.of(name)) }
            let (postponed, failed) = (try await queue.take(), try await queue.take())
            #expect(try await queue.postpone(postponed, by: .seconds(3600)))
            #expect(try await queue.fail(failed, error: "e", tasks: nil, chance: 0) != .lost)
            #expect(try await queue.claim(worker: "w") == nil)
            for job in [postponed.job, failed.job] {
                _ = try await server.command("ZADD", keys.queueDelayed, "9000000000000000", job.id)
            }
            #expect(try await queue.claim(worker: "w")?.job.id == postponed.job.id)
            #expect(try await queue.claim(worker: "w") == nil, "a retry may be that far away")
        }
    }
}
