import GRDBSQLite
import Glibc

/// What is asked while SQLite works or waits: whether the caller still wants it, and whether the time is up.
///
/// Belongs to the thread that runs the statement; SQLite calls back on that thread.
final class SQLiteWatch {
    /// Why a statement was ended.
    enum Verdict {
        case cancelled, timeout
    }

    /// Steps of SQLite's machine between two questions: some 20 µs.
    private static let stepsPerQuestion: Int32 = 1000
    /// Between two tries for a lock, in milliseconds; then the last one again and again.
    private static let pauses: [Int] = [1, 2, 5, 10, 15, 20, 25]

    private let isCancelled: () -> Bool
    private let busyLimit: Duration
    private let deadline: ContinuousClock.Instant?
    private var waitEnds: ContinuousClock.Instant?
    private(set) var verdict: Verdict?

    /// - Parameters:
    ///   - busySeconds: how long one wait for a lock may take.
    ///   - limitSeconds: how long all may take; `nil` = no limit.
    init(isCancelled: @escaping () -> Bool, busySeconds: Double, limitSeconds: Double?) {
        self.isCancelled = isCancelled
        busyLimit = .seconds(busySeconds)
        deadline = limitSeconds.map { .now + .seconds($0) }
    }

    /// Makes SQLite ask this object. The caller keeps it alive, and detaches it.
    func attach(to handle: OpaquePointer?) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        // Neither call can fail: https://www.sqlite.org/c3ref/progress_handler.html
        sqlite3_progress_handler(
            handle,
            Self.stepsPerQuestion,
            { Unmanaged<SQLiteWatch>.fromOpaque($0.unsafelyUnwrapped).takeUnretainedValue().mustEnd() ? 1 : 0 },
            context
        )
        sqlite3_busy_handler(
            handle,
            { Unmanaged<SQLiteWatch>.fromOpaque($0.unsafelyUnwrapped).takeUnretainedValue().waits(tries: $1) ? 1 : 0 },
            context
        )
    }

    static func detach(from handle: OpaquePointer?) {
        sqlite3_progress_handler(handle, 0, nil, nil)
        sqlite3_busy_handler(handle, nil, nil)
    }

    private func mustEnd() -> Bool {
        if verdict != nil { return true }
        if isCancelled() {
            verdict = .cancelled
        } else if let deadline, ContinuousClock.now >= deadline {
            verdict = .timeout
        }
        return verdict != nil
    }

    /// Waits a moment for a lock.
    /// - Returns: false when there is no point in waiting on.
    private func waits(tries: Int32) -> Bool {
        guard !mustEnd() else { return false }
        let now = ContinuousClock.now
        // SQLite counts the tries of one wait from 0.
        if tries == 0 || waitEnds == nil { waitEnds = now + busyLimit }
        guard let waitEnds, now < waitEnds else { return false }
        usleep(UInt32(Self.pauses[min(Int(tries), Self.pauses.count - 1)]) * 1000)
        return true
    }
}
