import Foundation
import State
import Stores
import Synchronization

/// Remembers, in the state store, how much each reference named when it was last believed.
final class ReferenceMemory: Sendable {
    private let state = Mutex<(any StateStore)?>(nil)
    /// Where a spool may be made.
    let spoolFolder: String

    init(spoolFolder: String) {
        self.spoolFolder = spoolFolder
    }

    /// From now on answers are remembered here; before, as in a plan that only looks, there is nothing to compare with.
    func keep(in state: any StateStore) { self.state.withLock { $0 = state } }

    func baseline(of task: String) throws -> ReferenceBaseline {
        guard let state = state.withLock({ $0 }), let text = try state.settings()[Self.key(task)] else {
            return ReferenceBaseline()
        }
        return try JSONDecoder().decode(ReferenceBaseline.self, from: Data(text.utf8))
    }

    func remember(_ baseline: ReferenceBaseline, of task: String) throws {
        guard let state = state.withLock({ $0 }) else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try state.setSetting(Self.key(task), to: String(decoding: try encoder.encode(baseline), as: UTF8.self))
    }

    private static func key(_ task: String) -> String { "references:\(task)" }
}
