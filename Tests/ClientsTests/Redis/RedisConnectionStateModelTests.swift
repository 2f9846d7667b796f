import Support
import Testing

@testable import Clients

/// Against a plain model: every request is answered exactly once, with its own replies or with errors.
@Suite("Redis: state of a connection, any order of events")
struct RedisConnectionStateModelTests {
    private struct World {
        var random: SeededGenerator
        var state = RedisConnectionState(server: "s", limits: RedisLimits())
        var now = ContinuousClock.now
        /// What the server has to answer, in order.
        var sent: [(id: UInt64, index: Int)] = []
        /// How many replies each caller waits for.
        var waiting: [UInt64: Int] = [:]
        var ids: UInt64 = 0
        var failures: [String] = []

        static func reply(_ id: UInt64, _ index: Int) -> RedisValue { .string(Array("\(id).\(index)".utf8)) }

        fileprivate mutating func check(_ outcome: RedisConnectionState.Outcome) {
            for answer in outcome.answers {
                let expected = waiting.removeValue(forKey: answer.id)
                if answer.replies.count != expected { failures.append("\(answer.id): \(answer.replies.count) replies") }
                for (index, reply) in answer.replies.enumerated() {
                    guard case .success(let value) = reply, value != Self.reply(answer.id, index) else { continue }
                    failures.append("\(answer.id).\(index) got \(value)")
                }
            }
        }

        fileprivate mutating func send() {
            let count = Int.random(in: 1...3, using: &random)
            let deadline = now + .milliseconds(Int.random(in: 0...3_000, using: &random))
            ids += 1
            let names = Array(repeating: "X", count: count)
            guard state.send(id: ids, commands: names, bytes: 1, deadline: deadline, now: now) == .write else { return }
            waiting[ids] = count
            for index in 0..<count { sent.append((ids, index)) }
        }

        fileprivate mutating func step() {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: send()
            case 4..<8:
                guard !sent.isEmpty, state.closeReason == nil else { return }
                let next = sent.removeFirst()
                check(state.receive(Self.reply(next.id, next.index)))
            case 8: check(state.cancel(UInt64.random(in: 0...ids, using: &random)))
            default:
                now += .milliseconds(Int.random(in: 0...2_000, using: &random))
                check(state.wake(now: now))
                if let wake = state.nextWake, wake <= now { failures.append("a wake in the past") }
            }
        }
    }

    @Test func eachRequestIsAnsweredOnceWithItsOwnReplies() throws {
        for seed in 0..<2_000 as Range<UInt64> {
            var world = World(random: SeededGenerator(seed: seed))
            for _ in 0..<60 { world.step() }
            world.check(world.state.close(reason: "end"))
            #expect(
                world.failures.isEmpty && world.waiting.isEmpty,
                "seed \(seed): \(world.failures), \(world.waiting)"
            )
        }
    }
}
