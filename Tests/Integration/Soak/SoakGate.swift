import Foundation
import Support
import Synchronization

/// What becomes of requests to the object storage, and what it was asked to change.
final class SoakGate: Sendable {
    enum Position: Sendable {
        case open, busy, broken, cut
    }

    private struct State {
        var position = Position.open
        var deletions = 0
        var kept: [String] = []
    }

    private let state = Mutex(State())

    /// How many objects were to be deleted, each as often as that was asked.
    var deletions: Int { state.withLock { $0.deletions } }
    /// What was to change among those that stay.
    var changesOfKept: [String] { state.withLock { $0.kept } }

    func set(_ new: Position) { state.withLock { $0.position = new } }

    func fate(_ request: S3Proxy.Request) -> S3Proxy.Fate {
        note(request)
        switch state.withLock({ $0.position }) {
        case .open: return .pass
        case .busy: return .say(S3Proxy.answer("503 Slow Down", code: "SlowDown"))
        // Carried out, but nobody is told.
        case .broken: return .carryOut(saying: S3Proxy.answer("500 Internal Server Error", code: "InternalError"))
        case .cut: return .say(Data())
        }
    }

    /// Before anything becomes of it.
    private func note(_ request: S3Proxy.Request) {
        guard request.method != "GET", request.method != "HEAD" else { return }
        // Of many objects at once, or of one.
        let body = request.method == "POST" ? request.body : ""
        let keys = request.method == "DELETE" ? 1 : body.components(separatedBy: "<Key>").count - 1
        let words = "\(request.method) \(request.path) \(body)"
        // A number follows: the objects by which a task asks what the server can do lie beneath the same prefix.
        let behind = words.components(separatedBy: SoakObjects.kept).dropFirst()
        let isOfKept = behind.contains { $0.first?.isNumber == true }
        state.withLock { state in
            state.deletions += keys
            if isOfKept { state.kept.append(words) }
        }
    }
}
