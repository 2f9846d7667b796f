import CZlib
import Foundation

/// Reads an archive by zlib's own file interface, which shares no code with ours.
enum GzipReader {
    /// `nil` when the archive is damaged or cut short.
    static func read(_ path: String) throws -> Data? {
        guard let file = gzopen(path, "rb") else { return nil }
        var content = Data()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else {
                gzclose_r(file)
                return nil
            }
            if count == 0 { break }
            content.append(contentsOf: buffer[0..<Int(count)])
        }
        return gzclose_r(file) == Z_OK ? content : nil
    }
}
