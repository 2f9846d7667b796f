import Synchronization

/// Lets a number of requests go at once; the others wait in line, for as long as it takes.
final class S3Gate: Sendable {
    private struct State {
        var free: Int
        var next: UInt64 = 0
        /// In line, by their numbers.
        var order: [UInt64] = []
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        /// On their way into the line; one that is cancelled there is taken out.
        var announced: Set<UInt64> = []
    }

    private let state: Mutex<State>

    init(places: Int) { state = Mutex(State(free: places)) }

    /// Does something in a place of its own.
    /// - Returns: `nil` if the task was cancelled before.
    func withPlace<Value>(_ body: () async -> Value) async -> Value? {
        guard await enter() else { return nil }
        let value = await body()
        leave()
        return value
    }

    private func enter() async -> Bool {
        let number: UInt64? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.next += 1
            state.announced.insert(state.next)
            return state.next
        }
        guard let number else {
            guard Task.isCancelled else { return true }
            leave()
            return false
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in line(up: number, continuation) }
        } onCancel: {
            cancel(number)
        }
    }

    private func line(up number: UInt64, _ continuation: CheckedContinuation<Bool, Never>) {
        let answer: Bool? = state.withLock { state in
            guard state.announced.remove(number) != nil else { return false }
            if state.free > 0 {
                state.free -= 1
                return true
            }
            state.order.append(number)
            state.waiting[number] = continuation
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func cancel(_ number: UInt64) {
        let continuation = state.withLock { state in
            state.announced.remove(number)
            return state.waiting.removeValue(forKey: number)
        }
        continuation?.resume(returning: false)
    }

    private func leave() {
        let continuation: CheckedContinuation<Bool, Never>? = state.withLock { state in
            while !state.order.isEmpty {
                if let waiting = state.waiting.removeValue(forKey: state.order.removeFirst()) { return waiting }
            }
            state.free += 1
            return nil
        }
        continuation?.resume(returning: true)
    }
}
