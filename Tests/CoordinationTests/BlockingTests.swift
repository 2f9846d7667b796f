import Clients
import Foundation
import Synchronization
import Testing

@testable import Coordination

/// Work that blocks or computes has threads of its own.
@Suite(.timeLimit(.minutes(10)))
struct BlockingTests {
    private struct Count {
        var now = 0
        var most = 0
        var ended = 0
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private final class Box<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    /// On Dispatch's threads this waited until the work was over.
    @Test func workThatComputesKeepsNoTaskWaiting() async throws {
        let flag = Flag()
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let ends = ContinuousClock.now + .seconds(60)
        let wereTold = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<processors * 2 {
                group.addTask {
                    await Blocking.run {
                        while !flag.isSet.load(ordering: .relaxed), ContinuousClock.now < ends {}
                        return flag.isSet.load(ordering: .relaxed)
                    }
                }
            }
            group.addTask {
                // Not before the others are at work, and by a thread of the pool.
                await Blocking.run {}
                await Task.detached { flag.isSet.store(true, ordering: .relaxed) }.value
                return true
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(wereTold)
    }

    @Test(arguments: [1, 3, 8])
    func thereAreNeverMoreThreadsThanAllowed(most: Int) async {
        let threads = BlockingThreads(most: most)
        let count = Box(Count())
        for _ in 0..<3 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        await withCheckedContinuation { continuation in
                            threads.run {
                                count.value.withLock { count in
                                    count.now += 1
                                    count.most = max(count.most, count.now)
                                }
                                sched_yield()
                                count.value.withLock { count in
                                    count.now -= 1
                                    count.ended += 1
                                }
                                continuation.resume()
                            }
                        }
                    }
                }
            }
        }
        let found = count.value.withLock { $0 }
        #expect(found.ended == 300 && found.now == 0)
        #expect((1...most).contains(found.most))
    }

    @Test(arguments: [0, 1, 2, 9])
    func eachWorkerRunsOnce(workers: Int) async {
        let count = Box(0)
        await Blocking.run { Blocking.onWorkers(workers) { count.value.withLock { $0 += 1 } } }
        #expect(count.value.withLock { $0 } == workers)
    }

    /// Gives so many threads, and no more.
    private static func supply(_ supply: Int) -> DetachedThread.Begin {
        let rest = Box(supply)
        return { work throws(ThreadShortage) in
            let isGiven = rest.value.withLock { rest in
                rest -= 1
                return rest >= 0
            }
            guard isGiven else { throw ThreadShortage(errno: EAGAIN) }
            try DetachedThread.begin(work)
        }
    }

    @Test(arguments: [0, 1, 5])
    func whereThereAreTooFewThreadsThoseThatThereAreDoTheWork(supply: Int) async {
        let count = Box(0)
        await Blocking.run {
            Blocking.onWorkers(9, begin: Self.supply(supply)) { count.value.withLock { $0 += 1 } }
        }
        #expect(count.value.withLock { $0 } == supply + 1)
    }

    @Test(arguments: [0, 1, 2])
    func whatIsAskedForIsDoneHoweverFewThreadsThereAre(supply: Int) async {
        let threads = BlockingThreads(most: 8, begin: Self.supply(supply))
        let count = Box(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        threads.run {
                            count.value.withLock { $0 += 1 }
                            continuation.resume()
                        }
                    }
                }
            }
        }
        #expect(count.value.withLock { $0 } == 100)
    }
}
