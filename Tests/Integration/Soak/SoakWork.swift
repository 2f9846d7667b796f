import Foundation
import Support
import Synchronization
import Testing

/// The world at work beside the faults: things are made and looked at, and the replicas are asked, all the time.
final class SoakWork: Sendable {
    private struct State {
        var isMaking = true
        var isOver = false
        /// Servers may be away, so that what the test itself asks of them may fail.
        var hasFaults = false
        var troubles = 0
        /// Of each source.
        var looks: [Int]
    }

    let world: SoakWorld
    let transactions = SoakTransactions()
    let intruder = SoakIntruder()
    private let seed: UInt64
    private let state: Mutex<State>

    init(_ world: SoakWorld, seed: UInt64) {
        self.world = world
        self.seed = seed
        state = Mutex(State(looks: world.sources.map { _ in 0 }))
    }

    var looks: Int { state.withLock { $0.looks.reduce(0, +) } }
    /// How often the test itself could not do what it wanted.
    var troubles: Int { state.withLock { $0.troubles } }

    func setMaking(_ isMaking: Bool) { state.withLock { $0.isMaking = isMaking } }
    func setFaults(_ hasFaults: Bool) { state.withLock { $0.hasFaults = hasFaults } }
    func end() { state.withLock { $0.isOver = true } }
    private var isOver: Bool { state.withLock { $0.isOver } }

    /// Goes on until `end`.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, source) in world.sources.enumerated() {
                group.addTask { try await self.work(source, index) }
            }
            for replica in world.replicas { group.addTask { try await self.watch(replica) } }
            group.addTask { try await self.watchTransactions() }
            group.addTask { try await self.intrude() }
            try await group.waitForAll()
        }
    }

    /// Waits until each source was looked at by a look that began after this.
    func looksAgain() async throws {
        let before = state.withLock { $0.looks }
        let isDone = try await eventually(seconds: 60) {
            zip(state.withLock { $0.looks }, before).allSatisfy { $0 >= $1 + 2 } ? true : nil
        }
        #expect(isDone == true, "what is there cannot be seen")
    }

    private func work(_ source: any SoakSource, _ index: Int) async throws {
        var random = SeededGenerator(seed: seed &+ UInt64(index))
        var number = 0
        while !isOver {
            if state.withLock({ $0.isMaking }) {
                number += 1
                try await attempt { try await source.make(number, &random) }
            }
            // Before the look: what is counted has gone by then.
            let counted = source.things.map { world.scrapes.total($0.counter) }
            try await attempt {
                try await source.observe()
                for (things, counted) in zip(source.things, counted) where counted > Double(things.goneAtMost) {
                    things.note(problem: "\(counted) are counted, but \(things.goneAtMost) have gone")
                }
                state.withLock { $0.looks[index] += 1 }
            }
            try await Self.rest(.milliseconds(700))
        }
    }

    private func watch(_ replica: SoakReplica) async throws {
        while !isOver {
            try await world.scrapes.scrape(replica)
            try await Self.rest(.milliseconds(800))
        }
    }

    private func watchTransactions() async throws {
        while !isOver {
            try await attempt { try await transactions.look(world) }
            try await Self.rest(.milliseconds(1_500))
        }
    }

    private func intrude() async throws {
        var number = 0
        var next = ContinuousClock.now
        while !isOver {
            if ContinuousClock.now >= next {
                try await intruder.attack(world.replicas[number % world.replicas.count], number)
                number += 1
                next = ContinuousClock.now + .seconds(SoakIntruder.pause)
            }
            try await Self.rest(.milliseconds(700))
        }
    }

    private func attempt(_ body: () async throws -> Void) async throws {
        let before = state.withLock { $0.hasFaults }
        do {
            try await body()
        } catch  where !(error is CancellationError) && (before || state.withLock { $0.hasFaults }) {
            state.withLock { $0.troubles += 1 }
        }
    }

    private static func rest(_ length: Duration) async throws {
        try await Task.sleep(for: length)  // banned-ok: the pace of the world, not a wait for a result
    }
}
