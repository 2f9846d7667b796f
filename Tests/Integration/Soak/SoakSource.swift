import Foundation
import Support

/// One kind of things: how the test makes them, changes them and looks at them, without asking the service.
protocol SoakSource: Sendable {
    /// Of the task, and of what goes with its items.
    var things: [SoakThings] { get }

    /// A regular expression of PostgreSQL for the names of items that are made to go. They begin and end with a letter, so
    /// that it finds them among other bytes. `nil` = plans do not name them so.
    var pattern: String? { get }

    /// Makes some that will be due, and some that must stay; changes some that are there.
    /// - Parameter number: 1, 2, 3 …
    func make(_ number: Int, _ random: inout SeededGenerator) async throws

    /// No more is made: what was held for a while is let go.
    func settle() async throws

    /// The names that are there, in the order of `things`.
    func look() async throws -> [Set<String>]
}

extension SoakSource {
    var pattern: String? { nil }

    func settle() async throws {}

    /// Makes them, and says so only if that has succeeded.
    func make(
        _ names: [String],
        due: Date,
        of things: SoakThings? = nil,
        _ body: () async throws -> Void
    ) async throws {
        let things = things ?? self.things[0]
        things.expect(names, due: due)
        try await body()
        things.made(names)
    }

    /// Looks, and keeps what it has seen. Where something is not there that must be, it looks twice.
    func observe() async throws {
        let found = try await look()
        let ended = Date()
        var present = found
        if zip(things, found).contains(where: { !$0.suspicious($1, at: ended).isEmpty }) {
            present = zip(found, try await look()).map { $0.union($1) }
        }
        for (things, names) in zip(things, present) { things.note(names, at: ended) }
    }

    /// At most so many of those that must stay are made: what has no end fills disks.
    func makesKept(_ number: Int) -> Bool { number <= 40 }
}
