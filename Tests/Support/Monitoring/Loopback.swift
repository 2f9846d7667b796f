import Foundation
import Synchronization

/// Sockets on 127.0.0.1.
package enum Loopback {
    /// Below those that the kernel gives to connections, which could come in between.
    private static let ports = 15_000..<32_000
    private static let given = Mutex<Set<Int>>([])

    /// A port that nobody has just now, for a program that must be told one; never the same twice.
    package static func freePort() throws -> Int {
        while true {
            let port = Int.random(in: ports)  // banned-ok: which port it is decides nothing
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            do {
                close(try listener(port: port).descriptor)
                return port
            } catch {
                // Somebody has it: another one, unless all were tried.
                guard given.withLock({ $0.count }) < ports.count else { throw error }
            }
        }
    }

    /// Listens on a port that the kernel chose.
    /// - Parameter port: 0 = any.
    static func listener(port: Int = 0) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = address(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            let text = String(cString: strerror(errno))
            close(descriptor)
            throw SupportError("no free port on loopback: \(text)")
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A connection; throws when nobody listens there.
    static func connection(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = address(port: port)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let text = String(cString: strerror(errno))
            close(descriptor)
            throw SupportError("nobody answers on port \(port): \(text)")
        }
        return descriptor
    }

    /// Writes all of it, or as much as the other side takes before it goes away.
    static func write(_ data: Data, to descriptor: Int32) {
        data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = send(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written, noSignal)
                guard count > 0 else { return }
                written += count
            }
        }
    }

    /// Up to 64 KiB; empty at the end.
    static func read(from descriptor: Int32) -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return Data(buffer.prefix(max(0, count)))
    }

    private static let noSignal = Int32(MSG_NOSIGNAL)

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }
}
