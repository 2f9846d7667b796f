import Foundation

/// The bytes of a configuration file.
enum ConfigurationFile {
    struct ReadError: Error {
        var message: String
    }

    /// The whole file, or all that a pipe says; refuses one that is larger than `limit`.
    static func read(_ file: String, limit: Int) throws(ReadError) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", errno) }
        defer { close(descriptor) }
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
