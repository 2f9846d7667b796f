import Engine
import Foundation
import Retention
import Synchronization

/// A receiver of messages that the test holds: it remembers what comes, and answers as it was told.
final class ChannelOnTheTable: NoticeChannel {
    let place = "hooks.example.org"
    private let answers: Mutex<[NoticeAnswer]>
    private let isSilent: Bool
    private let taken = Mutex<[(event: String, message: [UInt8])]>([])
    /// Tells each message as it comes.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - answers: one after the other; then all is delivered.
    ///   - isSilent: no message is ever answered.
    init(_ answers: [NoticeAnswer] = [], isSilent: Bool = false) {
        self.answers = Mutex(answers)
        self.isSilent = isSilent
        (arrivals, arrival) = AsyncStream.makeStream()
    }

    var events: [String] { taken.withLock { $0.map(\.event) } }

    /// The messages as JSON.
    var documents: [[String: Any]] {
        get throws {
            try taken.withLock { $0.map(\.message) }.map {
                try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] ?? [:]
            }
        }
    }

    func deliver(_ message: [UInt8], event: String, at instant: Instant) async -> NoticeAnswer {
        taken.withLock { $0.append((event, message)) }
        arrival.yield()
        if isSilent {
            let (never, keeper) = AsyncStream.makeStream(of: Void.self)
            // Ends with the task alone.
            for await _ in never {}
            withExtendedLifetime(keeper) {}
            return .failed("cancelled", waitSeconds: nil)
        }
        return answers.withLock { $0.isEmpty ? .delivered : $0.removeFirst() }
    }
}
