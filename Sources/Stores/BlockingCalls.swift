/// Asynchronous work for callers that block. Not on the cooperative pool.
enum BlockingCalls {
    /// How long what is under way may go on once the run is cancelled.
    static let patience: Duration = .seconds(4)

    /// Does one thing, and waits for it: as `BlockingCall.value(of:_:)`.
    static func wait<Value: Sendable, Failure: Error>(
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
    /// - Returns: parallel to `elements`; `nil` = not begun.
    static func each<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        width: Int,
        _ isCancelled: () -> Bool,
        _ body: @escaping @Sendable (Element) async -> Value
    ) -> [Value?] {
        if elements.isEmpty || isCancelled() { return elements.map { _ in nil } }
        let call = BlockingCall<[Value?]>()
        let task = Task.detached {
            let results = await withTaskGroup(of: (Int, Value).self) { group in
                var results: [Value?] = elements.map { _ in nil }
                var waiting = elements.enumerated().makeIterator()
                func begin() {
                    guard !call.isEnding, let (index, element) = waiting.next() else { return }
                    group.addTask { (index, await body(element)) }
                }
                for _ in 0..<width { begin() }
                while let (index, value) = await group.next() {
                    results[index] = value
                    begin()
                }
                return results
            }
            call.end(with: results)
        }
        return call.value(of: task, isCancelled)
    }
}
