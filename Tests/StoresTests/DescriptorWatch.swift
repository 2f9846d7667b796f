import Glibc
import Support
import Synchronization

/// Counts the process's open descriptors over and over, on a thread of its own.
final class DescriptorWatch: Sendable {
    private final class Highest: Sendable {
        let count = Mutex(0)
    }

    private let highest = Highest()
    private let counter: Attacker

    init() {
        counter = Attacker { [highest] in
            guard let stream = opendir("/proc/self/fd") else { return }
            defer { closedir(stream) }
            var count = 0
            while readdir(stream) != nil { count += 1 }
            highest.count.withLock { $0 = max($0, count) }
        }
    }

    /// - Returns: the highest count seen.
    func stop() -> Int {
        _ = counter.stop()
        return highest.count.withLock { $0 }
    }
}
