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
            let (first, next) = (JobRequest.of("a", 1), JobRequest.of("a", 2, backoff: 0.02))
            try await world.queue.put(first)
            #expect(try await world.queue.postpone(world.queue.take(), by: .seconds(3600)))
            #expect(try await world.queue.enqueue(next, epoch: nil) == .busy(by: first.id), "not superseded for ever")
            #expect(try await world.queue.claim(worker: "w") == nil)
            #expect(try await world.queue.remove(first.id))
            #expect(try await world.queue.enqueue(next, epoch: nil) == .enqueued)
            // One that was begun before waits for a retry, which the next firing stands in for.
            #expect(try await world.queue.fail(world.queue.take(), error: "e", tasks: nil, chance: 0) != .lost)
            #expect(try await world.queue.postpone(world.takeDelayed(), by: .seconds(3600)))
            #expect(try await world.queue.enqueue(.of("a", 3), epoch: nil) == .enqueued)
        }
    }
}
