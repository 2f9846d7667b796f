import Glibc
import Synchronization

/// Writes whole lines to standard output, from any thread, in pieces of 64 KiB.
final class StandardOutput: Sendable {
    private static let capacity = 64 << 10
    private let buffer = Mutex<[UInt8]>([])
    /// The first errno of a write, but for a reader that went away.
    private let problem = Mutex<Int32>(0)

    func writeLine(_ line: String) { write(Array(line.utf8) + [UInt8(ascii: "\n")]) }

    /// Whole lines as bytes, kept together.
    func write(_ lines: [UInt8]) {
        guard !lines.isEmpty else { return }
        buffer.withLock { buffer in
            buffer.append(contentsOf: lines)
            if buffer.count >= Self.capacity { drain(&buffer) }
        }
    }

    func flush() { buffer.withLock { drain(&$0) } }

    /// Flushes, and throws `CommandFailure` if a line was lost (a full disk).
    func finish() throws {
        flush()
        let code = problem.withLock { $0 }
        guard code == 0 else { throw CommandFailure.outputLost(code) }
    }

    /// A reader that went away (`| head`) ends the listing, not the run.
    private func drain(_ buffer: inout [UInt8]) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress! + written, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if count < 0, errno == EINTR {
                continue
            } else {
                let code = count < 0 ? errno : EIO
                if code != EPIPE { problem.withLock { if $0 == 0 { $0 = code } } }
                break
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
