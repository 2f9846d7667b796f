import Synchronization

/// Asynchronous work for callers that block. Not on the cooperative pool.
package enum BlockingCalls {
    /// How long what is under way may go on once the run is cancelled.
    static let patience: Duration = .seconds(4)

    /// Does one thing, and waits for it: as `BlockingCall.value(of:_:)`.
    package static func wait<Value: Sendable, Failure: Error>(
        _ isCancelled: () -> Bool,
        _ body: @escaping @Sendable () async throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let call = BlockingCall<Result<Value, Failure>>()
        let task = Task.detached {
            do throws(Failure) {
                call.end(with: .success(try await body()))
            } catch {
                call.end(with: .failure(error))
            }
        }
        return try call.value(of: task, isCancelled).get()
    }

    /// Does something with each element, at most `width` at once, and waits for all.
    /// - Parameter executor: where it is done; `nil`: on the cooperative pool.
    /// - Returns: parallel to `elements`; `nil` = not begun.
    static func each<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        width: Int,
        on executor: (any TaskExecutor)? = nil,
        _ isCancelled: () -> Bool,
        _ body: @escaping @Sendable (Element) async -> Value
    ) -> [Value?] {
        if elements.isEmpty || isCancelled() { return elements.map { _ in nil } }
        let call = BlockingCall<[Value?]>()
        let turns = Turns(elements.count)
        let task = Task.detached {
            // A few tasks that go from one element to the next cost less than one for each.
            let results = await withTaskGroup(of: [(Int, Value)].self) { group in
                for _ in 0..<min(width, elements.count) {
                    group.addTask(executorPreference: executor) {
                        var results: [(Int, Value)] = []
                        while !call.isEnding, let index = turns.next() {
                            results.append((index, await body(elements[index])))
                        }
                        return results
                    }
                }
                var results: [Value?] = elements.map { _ in nil }
                for await part in group {
                    for (index, value) in part { results[index] = value }
                }
                return results
            }
            call.end(with: results)
        }
        return call.value(of: task, isCancelled)
    }

    /// Numbers from 0, each given out once.
    private final class Turns: Sendable {
        private let count: Int
        private let given = Atomic(0)

        init(_ count: Int) { self.count = count }

        func next() -> Int? {
            let index = given.wrappingAdd(1, ordering: .relaxed).oldValue
            return index < count ? index : nil
        }
    }
}
