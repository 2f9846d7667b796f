import Foundation
import State
import Synchronization

/// A thread that looks all the time whether somebody is trusted although the mark is beyond its epoch.
final class LeaseWatch: Sendable {
    private let isOver = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)
    private let found = Mutex<[String]>([])

    /// - Parameter trusted: the epoch to act with at that moment.
    init(_ lock: String, state: any StateStore, _ trusted: [@Sendable () -> Int64?]) {
        Thread.detachNewThread { [self] in
            while !isOver.withLock({ $0 }) {
                look(lock, state, trusted)
                poll(nil, 0, 1)
            }
            ended.signal()
        }
    }

    private func look(_ lock: String, _ state: any StateStore, _ trusted: [@Sendable () -> Int64?]) {
        do {
            // In this order: whoever is trusted after somebody else has raised the mark is so at the same time.
            let mark = try state.epoch(of: lock)
            for (index, epoch) in trusted.enumerated() {
                guard let epoch = epoch(), epoch < mark else { continue }
                found.withLock { $0.append("\(index) acts with \(epoch), and the mark is \(mark)") }
            }
        } catch {
            found.withLock { $0.append("\(error)") }
        }
    }

    /// Ends it.
    /// - Returns: what was wrong.
    func end() async -> [String] {
        isOver.withLock { $0 = true }
        await withCheckedContinuation { done in
            Thread.detachNewThread { [self] in
                ended.wait()
                done.resume()
            }
        }
        return found.withLock { $0 }
    }
}
