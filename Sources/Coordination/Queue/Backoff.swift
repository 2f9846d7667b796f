/// How long a failed job waits for its next attempt.
package enum Backoff {
    /// A day: no retry waits longer, however many there were.
    package static let maximumSeconds = 86_400.0

    /// Nanoseconds until the next attempt: `base` seconds after the first, doubled with each further one, at most
    /// `maximumSeconds`; then lengthened by up to a half, so that what failed together does not come back together.
    ///
    /// - Parameters:
    ///   - attempts: how many were made; less than 1 counts as 1.
    ///   - chance: 0..<1, from a random generator; anything else is held within.
    package static func nanoseconds(base: Double, attempts: Int, chance: Double) -> Int64 {
        guard base > 0 else { return 0 }
        // Beyond 2^40 every base is above the maximum, or too small to matter.
        var seconds = base
        for _ in 1..<min(max(attempts, 1), 41) { seconds *= 2 }
        let within = chance.isNaN ? 0 : min(max(chance, 0), 1.0.nextDown)
        return Int64(min(seconds, maximumSeconds) * (1 + within / 2) * 1e9)
    }
}
