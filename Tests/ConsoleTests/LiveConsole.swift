import Foundation
import ServiceLifecycle
import Support

@testable import Console

/// A console on a real socket of loopback, for as long as a test needs it.
struct LiveConsole: Sendable {
    let bench: ConsoleBench
    let port: Int

    /// Ends the service afterwards, and throws if that was not in good order.
    static func run(_ bench: ConsoleBench, _ body: @escaping @Sendable (LiveConsole) async throws -> Void) async throws
    {
        let group = ServiceGroup(services: bench.console.services(), logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                do {
                    let found = try await eventually(seconds: 20) { bench.log.line("http_listening")?.metadata["port"] }
                    guard let port = found.flatMap({ Int($0) }) else { throw SupportError("it does not listen") }
                    try await body(LiveConsole(bench: bench, port: port))
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
    }

    /// Sends pieces one after the other, and reads what comes.
    /// - Parameter until: ends the reading when it has come; else the other side does.
    func exchange(_ pieces: [String], until: String? = nil, seconds: Int = 20) async throws -> String {
        let port = port
        return try await onThread {
            let socket = try RawSocket(port: port, seconds: seconds)
            for piece in pieces { try socket.send(piece) }
            return try socket.read(until: until)
        }
    }
}

/// A socket that does what it is told, however wrong.
final class RawSocket: Sendable {
    private let descriptor: Int32

    /// - Parameter seconds: how long a read waits before it fails.
    init(port: Int, seconds: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw SupportError("connect: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Throws when the other side takes no more.
    func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SupportError("send: \(String(cString: strerror(errno)))") }
            bytes = bytes.dropFirst(count)
        }
    }

    /// What comes until that text, or the end. A reset is an end, too. Throws when it waits for too long.
    func read(until: String? = nil) throws -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while until.map({ !text.contains($0) }) ?? true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { break }
            guard count > 0 else {
                throw SupportError("nothing came: \(String(cString: strerror(errno))); so far: \(text)")
            }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        return text
    }
}
