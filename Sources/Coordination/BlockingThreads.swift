import Clients
import Dispatch
import Synchronization

/// Threads that may block or compute for long, made as they are needed and kept for a while.
///
/// Not those of Dispatch: on Linux its threads, of which there are as many as processors, are the ones that Swift's tasks
/// run on, so a scan of a large tree would keep every answer of the service waiting until it ends.
final class BlockingThreads: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        /// Threads that wait and that nobody has called.
        var resting = 0
        var count = 0
    }

    private static let patience = DispatchTimeInterval.seconds(10)

    private let most: Int
    private let begin: DetachedThread.Begin
    private let state = Mutex(State())
    /// One signal for each resting thread that is called.
    private let calls = DispatchSemaphore(value: 0)

    init(most: Int = 256, begin: @escaping DetachedThread.Begin = DetachedThread.begin) {
        self.most = most
        self.begin = begin
    }

    /// Does `work` on one of the threads; when all are at work, as soon as one of them is done.
    func run(_ work: @escaping @Sendable () -> Void) {
        let (isCalled, isMade) = state.withLock { state in
            state.work.append(work)
            if state.resting > 0 {
                state.resting -= 1
                return (true, false)
            }
            guard state.count < most else { return (false, false) }
            state.count += 1
            return (false, true)
        }
        if isCalled { calls.signal() }
        if isMade { grow() }
    }

    private func grow() {
        do {
            try begin { self.serve() }
        } catch {
            let orphans = state.withLock { state in
                state.count -= 1
                // While there is a thread, it takes what waits when it is done.
                guard state.count == 0 else { return [@Sendable () -> Void]() }
                defer { state.work = [] }
                return state.work
            }
            // Slow for all others, but done.
            for work in orphans { DispatchQueue.global().async(execute: work) }
        }
    }

    private func serve() {
        while true {
            let work = state.withLock { state -> (@Sendable () -> Void)? in
                guard state.work.isEmpty else { return state.work.removeFirst() }
                state.resting += 1
                return nil
            }
            if let work {
                work()
            } else if !rest() {
                return
            }
        }
    }

    /// - Returns: false when nobody has called for so long that the thread may end.
    private func rest() -> Bool {
        guard calls.wait(timeout: .now() + Self.patience) == .timedOut else { return true }  // banned-ok: it only rests
        let ends = state.withLock { state in
            guard state.resting > 0 else { return false }
            state.resting -= 1
            state.count -= 1
            return true
        }
        if ends { return false }
        // All that rest have been called, this one too; the signal is on its way.
        calls.wait()
        return true
    }
}
