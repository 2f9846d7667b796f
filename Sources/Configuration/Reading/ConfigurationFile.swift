import Foundation
import Synchronization

/// The bytes of a configuration file.
enum ConfigurationFile {
    struct ReadError: Error {
        var message: String
    }

    /// What a pipe said to the first who read one, which it says only once.
    private enum Pipe {
        case unread
        case read(file: String, [UInt8])
        case readTwice
    }

    private static let pipe = Mutex(Pipe.unread)

    /// The whole file; refuses one that is larger than `limit`.
    ///
    /// The first pipe (`--config <(…)`, `/dev/stdin`) can be read twice: a program reads its configuration once to contain
    /// itself, and once to work.
    static func read(_ file: String, limit: Int) throws(ReadError) -> [UInt8] {
        let said: [UInt8]? = pipe.withLock { pipe in
            guard case .read(file, let bytes) = pipe else { return nil }
            pipe = .readTwice
            return bytes
        }
        if let said { return said }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", errno) }
        defer { close(descriptor) }
        let bytes = try bytes(of: descriptor, limit)
        var status = stat()
        guard fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG else { return bytes }
        pipe.withLock { if case .unread = $0 { $0 = .read(file: file, bytes) } }
        return bytes
    }

    private static func bytes(of descriptor: Int32, _ limit: Int) throws(ReadError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= limit {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot be read", errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        throw ReadError(message: tooLarge(limit))
    }

    static func tooLarge(_ limit: Int) -> String {
        "the file is larger than \(limit >> 10) KiB, which no configuration is; is this the right file?"
    }

    private static func failure(_ what: String, _ code: Int32) -> ReadError {
        let reason = String(cString: strerror(code))
        return ReadError(message: "the configuration \(what): \(reason); name another with --config or CLEANUPD_CONFIG")
    }

    /// The place of the first byte that is not UTF-8.
    static func invalidByte(in bytes: [UInt8]) -> Problem {
        let valid = String(decoding: bytes, as: UTF8.self).utf8
        let offset = zip(bytes, valid).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? bytes.count
        let before = bytes[..<offset]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
        return Problem(line, column, "the file is not UTF-8 from here on; save it as UTF-8")
    }
}
