import Foundation
import Synchronization

/// Runs `body` on so many threads of its own, because it blocks, and gives their results in order.
package func onThreads<Value: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Int) throws -> Value
) throws -> [Value] {
    try OnThreads(count, body).results()
}

/// Threads that run beside the test.
package final class OnThreads<Value: Sendable>: Sendable {
    private let ended = DispatchSemaphore(value: 0)
    private let all = Mutex<[Int: Result<Value, any Error>]>([:])
    private let count: Int

    package init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Value) {
        self.count = count
        for index in 0..<count {
            Thread.detachNewThread { [self] in
                let result = Result { try body(index) }
                all.withLock { $0[index] = result }
                ended.signal()
            }
        }
    }

    /// Waits for all of them. Call it once.
    package func results() throws -> [Value] {
        for _ in 0..<count {
            guard ended.wait(timeout: .now() + 120) == .success else { throw SupportError("a thread hangs") }
        }
        return try all.withLock { all in try all.sorted { $0.key < $1.key }.map { try $0.value.get() } }
    }
}

/// Something that one thread sets and others see.
package final class Flag: Sendable {
    private let value = Atomic(false)

    package init() {}

    package var isSet: Bool { value.load(ordering: .acquiring) }

    package func set() { value.store(true, ordering: .releasing) }
}
