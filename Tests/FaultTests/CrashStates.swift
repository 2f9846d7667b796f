import Support

/// What a disk may hold after the power was lost, by the rules of POSIX alone: what was synchronised is there, and of the
/// rest any part.
///
/// A change of a directory lasts once the directory was synchronised after it, a write once its file was. Everything else
/// may be there or not, in any combination: no file system promises less.
struct CrashStates {
    /// One of the states: names with their files, and the files that hold all that was ever written to them.
    struct State {
        var names: [String: Int]
        var whole: Set<Int>
    }

    private let calls: SystemCalls
    private let steps: [SystemCalls.Step]
    private let writes: [Int: Int]
    /// So many combinations of what may be lost are tried at each instant, or all if there are no more.
    private let limit: Int

    /// - Parameter forgetting: synchronisations to leave out, as a program that lacks them would.
    init(_ calls: SystemCalls, limit: Int, forgetting isForgotten: (SystemCalls.Change) -> Bool = { _ in false }) {
        self.calls = calls
        self.limit = limit
        steps = calls.steps.filter { !isForgotten($0.change) }
        writes = calls.steps.reduce(into: [:]) { writes, step in
            if case .write(let file) = step.change { writes[file, default: 0] += 1 }
        }
    }

    /// Goes through all instants at which something began or ended, and through what may be there at each.
    /// - Returns: how many states there were.
    func forEach(using random: inout SeededGenerator, _ body: (Int, State) -> Void) -> Int {
        var count = 0
        for instant in Set(steps.flatMap { [$0.begin, $0.end] }).sorted() {
            let begun = steps.filter { $0.begin <= instant && !Self.isSynchronisation($0.change) }
            let open = begun.indices.filter { !isDurable(begun[$0], at: instant) }
            let all = open.count < 20 ? 1 << open.count : Int.max
            for number in 0..<min(all, limit) {
                var lost = Set<Int>()
                for (bit, index) in open.enumerated() {
                    let isLost = all <= limit ? number >> bit & 1 == 1 : random.oneIn(2)
                    if isLost { lost.insert(index) }
                }
                body(instant, state(of: begun.indices.filter { !lost.contains($0) }.map { begun[$0].change }))
                count += 1
            }
        }
        return count
    }

    private static func isSynchronisation(_ change: SystemCalls.Change) -> Bool {
        switch change {
        case .synchroniseFile, .synchroniseDirectory: true
        default: false
        }
    }

    private func isDurable(_ step: SystemCalls.Step, at instant: Int) -> Bool {
        steps.contains { later in
            guard later.end <= instant, later.begin > step.end else { return false }
            switch (step.change, later.change) {
            case (.write(let file), .synchroniseFile(let synchronised)): return file == synchronised
            case (.write, _): return false
            case (_, .synchroniseDirectory): return true
            default: return false
            }
        }
    }

    private func state(of changes: [SystemCalls.Change]) -> State {
        var names = calls.first
        var written: [Int: Int] = [:]
        func forget(_ name: String, _ file: Int) { if names[name] == file { names[name] = nil } }
        for change in changes {
            switch change {
            case .create(let name, let file): names[name] = file
            case .rename(let old, let new, let file):
                forget(old, file)
                names[new] = file
            case .remove(let name, let file): forget(name, file)
            case .write(let file): written[file, default: 0] += 1
            case .synchroniseFile, .synchroniseDirectory: break
            }
        }
        let made = writes.filter { written[$0.key] == $0.value }.keys
        return State(names: names, whole: Set(calls.first.values).union(made))
    }
}
