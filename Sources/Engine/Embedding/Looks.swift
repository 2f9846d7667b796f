import Retention
import Stores
import Synchronization

/// Asks a store where candidates are now, and waits for the answers.
///
/// A store that has not answered in time once is not asked again, because each of the others would wait as long.
final class Looks: Sendable {
    private let source: any ItemSource
    private let patience: Duration
    private let isSilent = Atomic(false)

    /// - Parameter patience: for one answer.
    init(_ source: any ItemSource, patience: Duration = .seconds(60)) {
        self.source = source
        self.patience = patience
    }

    /// Blocking. `nil` = nobody can tell.
    func sighting(of candidate: Candidate, _ isCancelled: () -> Bool = { false }) -> Sighting? {
        guard !isSilent.load(ordering: .relaxed) else { return nil }
        let deadline = ContinuousClock.now + patience
        defer {
            if ContinuousClock.now >= deadline { isSilent.store(true, ordering: .relaxed) }
        }
        do {
            return try BlockingCalls.wait({ isCancelled() || ContinuousClock.now >= deadline }) {
                [source] () async throws -> Sighting in
                try await source.look(at: candidate)
            }
        } catch {
            // Whoever asks records that it is not known.
            return nil
        }
    }
}
