import Engine
import Retention
import Synchronization

/// A store of an embedding program, in memory: lists three candidates at a time, and compares versions.
final class MemoryItems: ItemStore {
    struct World {
        var items: [Candidate]
        /// Names whose removal is refused.
        var failing: Set<String> = []
        /// What listing throws from the second part on.
        var listingError: (any Error)?
        /// How many candidates of a part come again in the next one.
        var overlap = 0
        /// Positions that it goes on at, by where it is ("" = the beginning), whatever there is.
        var nexts: [String: String] = [:]
        /// Called with each candidate that is to be removed, before it is.
        var onRemove: (@Sendable (Candidate) throws -> Void)?
        /// Called with each candidate that has been removed, before anybody hears of it.
        var onRemoved: (@Sendable (Candidate) throws -> Void)?
    }

    let world: Mutex<World>

    init(_ items: [Candidate]) {
        world = Mutex(World(items: items))
    }

    var names: [String] { world.withLock { $0.items.map(\.name).sorted() } }

    func candidates(after position: String?) async throws -> CandidatePage {
        let world = self.world.withLock { $0 }
        let start = position.flatMap { Int($0) } ?? 0
        if start > 0, let error = world.listingError { throw error }
        let end = min(start + 3, world.items.count)
        let rest = end < world.items.count ? "\(end - world.overlap)" : nil
        let next = world.nexts[position ?? ""] ?? rest
        return CandidatePage(Array(world.items[start..<end]), next: next)
    }

    func look(at candidate: Candidate) async throws -> Sighting {
        let there = world.withLock { world in world.items.first { $0.name == candidate.name } }
        guard let there else { return .absent }
        return there.version == candidate.version ? .unchanged : .changed
    }

    func remove(_ candidate: Candidate) async throws -> Removal {
        let (onRemove, onRemoved) = world.withLock { ($0.onRemove, $0.onRemoved) }
        try onRemove?(candidate)
        switch try await look(at: candidate) {
        case .absent: return .gone
        case .changed: return .changed
        case .unchanged: break
        }
        let removal = world.withLock { world -> Removal in
            if world.failing.contains(candidate.name) {
                return .failed(reason: .permission, detail: "\(candidate.name) may not be removed")
            }
            world.items.removeAll { $0.name == candidate.name }
            return .removed(freedBytes: candidate.size)
        }
        if case .removed = removal { try onRemoved?(candidate) }
        return removal
    }
}
