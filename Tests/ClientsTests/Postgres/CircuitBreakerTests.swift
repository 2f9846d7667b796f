import Clients
import Testing

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func permit(_ breaker: inout CircuitBreaker, at now: ContinuousClock.Instant) throws
        -> CircuitBreaker.Permit
    {
        guard case .allowed(let permit) = breaker.enter(now) else { throw Refused() }
        return permit
    }

    private struct Refused: Error {}

    /// A breaker after five failures at `start`.
    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<5 { breaker.failed(try permit(&breaker, at: start), at: start) }
        return breaker
    }

    @Test func opensAtTheFifthFailureInARow() throws {
        var breaker = CircuitBreaker()
        for _ in 0..<4 { breaker.failed(try permit(&breaker, at: start), at: start) }
        #expect(breaker.state == .closed(failures: 4))
        #expect(!breaker.isOpen)
        breaker.failed(try permit(&breaker, at: start), at: start)
        #expect(breaker.state == .open(until: start + .seconds(30)))
        #expect(breaker.isOpen)
        #expect(breaker.enter(start + .seconds(29)) == .refused(until: start + .seconds(30)))
    }

    @Test func countsOnlyFailuresInARow() throws {
        var breaker = CircuitBreaker()
        for _ in 0..<4 { breaker.failed(try permit(&breaker, at: start), at: start) }
        breaker.succeeded(try permit(&breaker, at: start))
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test func letsOneProbeThroughAndClosesOnItsSuccess() throws {
        var breaker = try opened()
        let later = start + .seconds(30)
        let probe = try permit(&breaker, at: later)
        #expect(probe.isProbe)
        #expect(breaker.enter(later + .seconds(300)) == .refused(until: nil))
        breaker.succeeded(probe)
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test func opensAgainWhenTheProbeFails() throws {
        var breaker = try opened()
        let later = start + .seconds(30)
        breaker.failed(try permit(&breaker, at: later), at: later + .seconds(1))
        #expect(breaker.state == .open(until: start + .seconds(61)))
    }

    @Test func givesTheProbeToTheNextWhenItIsAbandoned() throws {
        var breaker = try opened()
        let later = start + .seconds(30)
        breaker.abandoned(try permit(&breaker, at: later), at: later)
        #expect(try permit(&breaker, at: later).isProbe)
    }

    @Test func isNotMovedByFailuresOfCallsFromBeforeItOpened() throws {
        var breaker = CircuitBreaker()
        let late = try permit(&breaker, at: start)
        for _ in 0..<5 { breaker.failed(try permit(&breaker, at: start), at: start) }
        breaker.failed(late, at: start + .seconds(20))
        #expect(breaker.state == .open(until: start + .seconds(30)))
        _ = try permit(&breaker, at: start + .seconds(30))
        breaker.failed(late, at: start + .seconds(31))
        #expect(breaker.state == .halfOpen)
    }
}
