import Glibc
import Synchronization

/// Threads that share a stack of work, as those of a scan do; each piece of it makes two smaller ones.
///
/// The argument says how often. Says how many pieces were done.
@main
struct WorkStackRace {
    private static let depth = 10

    static func main() {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
        print((0..<rounds).reduce(0) { sum, _ in sum + walk() })
    }

    private static func walk() -> Int {
        let stack = WorkStack([depth])
        let done = Atomic<Int>(0)
        Workers.run(4) { _ in
            var isFirst = true
            while let piece = stack.next(isFirst: isFirst) {
                isFirst = false
                done.add(1, ordering: .relaxed)
                guard piece > 0 else { continue }
                // As a scan does, which shares what is left of a directory when others have nothing to do.
                if stack.hasIdleWorkers {
                    for _ in 0..<2 { stack.push([piece - 1]) }
                } else {
                    stack.push([piece - 1, piece - 1])
                }
            }
        }
        return done.load(ordering: .relaxed)
    }
}
