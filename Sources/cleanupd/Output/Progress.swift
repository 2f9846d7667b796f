import Console
import Engine
import Foundation
import Retention
import Synchronization

/// Shows a line of progress on a terminal's standard error, at most five times a second. Piped, it shows nothing.
final class Progress: RunObserver {
    private struct Seen {
        var examined = 0
        var done = 0
        var bytes: Int64 = 0
        var lastShown = ContinuousClock.now
        var isShown = false
    }

    private let base: any RunObserver
    private let isTerminal: Bool
    private let start = ContinuousClock.now
    private let seen = Mutex(Seen())

    init(_ base: any RunObserver) {
        self.base = base
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    func planned(_ block: ItemBlock, task: String) {
        base.planned(block, task: task)
        show(task) { $0.examined += block.items.count }
    }

    func acted(_ block: ItemBlock, results: [ItemResult], task: String) {
        base.acted(block, results: results, task: task)
        show(task) { seen in
            seen.done += results.count
            for result in results { seen.bytes = seen.bytes.addingSaturated(result.freedBytes) }
        }
    }

    /// Clears the line before something else is written.
    func clear() {
        seen.withLock { seen in
            if seen.isShown { StandardError.write("\r\u{1B}[K") }
            seen.isShown = false
        }
    }

    private func show(_ task: String, _ change: (inout Seen) -> Void) {
        guard isTerminal else { return }
        seen.withLock { seen in
            change(&seen)
            let now = ContinuousClock.now
            guard now - seen.lastShown > .milliseconds(200) else { return }
            seen.lastShown = now
            seen.isShown = true
            let elapsed = max(0.001, (now - start) / .seconds(1))
            let rate = Int(Double(max(seen.done, seen.examined)) / elapsed)
            StandardError.write(
                "\r\u{1B}[K\(task): \(seen.examined) examined, \(seen.done) done, \(Words.bytes(seen.bytes)), \(rate)/s"
            )
        }
    }
}
