import Glibc

/// Four threads that add up in turns, which a semaphore hands over.
///
/// The argument says how many turns there are. Says the sum.
@main
struct SemaphoreRace {
    private final class Sum: @unchecked Sendable {
        var value = 0
    }

    static func main() {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 4
        let sum = Sum()
        let turn = MonotonicSemaphore()
        turn.signal()
        Workers.run(4) { index in
            for _ in 0..<(rounds / 4) {
                // Odd ones also try without waiting, and find it taken or not.
                while index % 2 == 0 || !turn.wait(for: .zero) {
                    if turn.wait(for: .seconds(60)) { break }
                }
                sum.value += 1
                turn.signal()
            }
        }
        print(turn.wait(for: .zero) ? sum.value : -1)
    }
}
