import Glibc
import Synchronization

/// Adds up on four threads at once: `guarded` under a lock that is always asked for, `careless` without one.
///
/// Says the sum, which is right only where it is guarded.
@main
struct LockRace {
    private final class Careless: @unchecked Sendable {
        var sum = 0
    }

    static func main() {
        let isGuarded = CommandLine.arguments.dropFirst().first == "guarded"
        let guarded = Mutex(0)
        let careless = Careless()
        Workers.run(4) { _ in
            for _ in 0..<5_000 {
                if isGuarded { guarded.withLock { $0 += 1 } } else { careless.sum += 1 }
            }
        }
        print(isGuarded ? guarded.withLock { $0 } : careless.sum)
    }
}
