import Glibc

/// Standard error, for sentences and for the log.
enum StandardError {
    /// Milliseconds for a reader that does not keep up with a pipe which does not block.
    private static let patience: Int32 = 1_000

    /// Writes it as far as that goes: a full disk, or a reader that went away, ends no work, least of all that of a cleaner.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress! + written, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if count == 0 || (errno != EINTR && !(errno == EAGAIN && isReady())) {
                return
            }
        }
    }

    private static func isReady() -> Bool {
        var waited = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&waited, 1, patience) == 1
    }
}
