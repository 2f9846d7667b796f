import Dispatch
import Foundation
import Synchronization

/// The same work on threads of their own, which the pools of two processors would not give.
final class ThreadedWork: Sendable {
    private let running: Atomic<Int>
    private let done = DispatchGroup()

    init(threads: Int, _ body: @escaping @Sendable () -> Void) {
        running = Atomic(threads)
        for _ in 0..<threads {
            done.enter()
            Thread.detachNewThread {
                body()
                self.running.subtract(1, ordering: .releasing)
                self.done.leave()
            }
        }
    }

    var isRunning: Bool { running.load(ordering: .acquiring) > 0 }

    func wait() { done.wait() }
}
