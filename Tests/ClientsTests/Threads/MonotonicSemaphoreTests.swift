import Clients
import Support
import Testing

struct MonotonicSemaphoreTests {
    @Test func `Without a signal a wait ends when its time is over, and not before`() throws {
        let semaphore = MonotonicSemaphore()
        let begin = ContinuousClock.now
        let took = try onThreads(1) { _ in semaphore.wait(for: .milliseconds(1_100)) ? .zero : .now - begin }
        #expect(took[0] >= .milliseconds(1_100))
    }

    @Test(arguments: [.zero, .nanoseconds(-1), .seconds(-1_000_000_000)] as [Duration])
    func `Without time it takes the signal that is there, and waits for none`(time: Duration) {
        let semaphore = MonotonicSemaphore()
        #expect(!semaphore.wait(for: time))
        semaphore.signal()
        #expect(semaphore.wait(for: time))
        #expect(!semaphore.wait(for: time))
    }

    @Test func `A signal ends a wait that is under way`() throws {
        let semaphore = MonotonicSemaphore()
        let waits = OnThreads(1) { _ in semaphore.wait(for: .seconds(100)) }
        semaphore.signal()
        #expect(try waits.results() == [true])
    }

    @Test func `Each signal ends one wait`() throws {
        let semaphore = MonotonicSemaphore()
        for _ in 0..<5 { semaphore.signal() }
        let ended = try onThreads(8) { _ in semaphore.wait(for: .milliseconds(50)) }
        #expect(ended.filter { $0 }.count == 5)
    }
}
