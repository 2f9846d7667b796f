import Testing

@testable import Clients

@Suite("Redis: link of a client")
struct RedisLinkTests {
    private typealias Link = RedisLink<String, Int>

    private func text(_ offer: Link.Offer) -> String {
        switch offer {
        case .connection(let name, let number): "\(name) \(number)"
        case .none(let reason): reason
        case .ended: "ended"
        }
    }

    @Test func waitersAreServedInOrderByAConnection() {
        var link = Link()
        let starts = [link.start(), link.start()]
        #expect(starts == [true, false])
        for id in 1...3 { #expect(text(link.wait(UInt64(id), id * 10)) == "the first connection is being made") }
        #expect(link.leave(2) == 20)
        #expect(link.leave(2) == nil)
        let (number, waiters) = link.connected("a")
        #expect(number == 1)
        #expect(waiters == [10, 30])
        #expect(link.leave(1) == nil)
        #expect(text(link.wait(4, 40)) == "a 1")
        #expect(link.leave(4) == nil)
    }

    @Test func onlyTheConnectionOfTheMomentCanBeLost() {
        var link = Link()
        #expect(link.connected("a").number == 1)
        link.lost(1, reason: "gone")
        #expect(text(link.offer) == "gone")
        #expect(link.connected("b").number == 2)
        link.lost(1, reason: "late news")
        link.failed(reason: "not while there is one")
        #expect(text(link.offer) == "b 2")
        link.lost(2, reason: "gone")
        link.failed(reason: "refused")
        #expect(text(link.offer) == "refused")
    }

    @Test func theEndIsTold() {
        var link = Link()
        _ = link.wait(1, 10)
        #expect(link.end() == [10])
        #expect(text(link.offer) == "ended")
        #expect(text(link.wait(2, 20)) == "ended")
        link.lost(0, reason: "x")
        link.failed(reason: "x")
        #expect(text(link.offer) == "ended")
    }

    @Test func pausesGrowFromFiftyMillisecondsToTwoSeconds() {
        var backOff = RedisBackOff()
        let longest = (0..<8).map { _ in backOff.next(random: 0) }
        #expect(longest == [50, 100, 200, 400, 800, 1_600, 2_000, 2_000].map { .milliseconds($0) })
        for _ in 0..<100 { #expect(backOff.next(random: 0.999) > .seconds(1)) }
        var shortest = RedisBackOff()
        #expect(shortest.next(random: 0.999) > .milliseconds(25))
    }
}
