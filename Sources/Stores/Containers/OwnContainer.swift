import Foundation
import Glibc

/// The container that this program runs in, if it does; never a candidate.
package struct OwnContainer: Sendable, Equatable {
    /// What the id of our own container begins with; several where sources differ, none outside of a container.
    private let prefixes: Set<String>

    /// Reads what Linux and Docker say about a process.
    /// - Parameters:
    ///   - cgroup: the text of `/proc/self/cgroup`; version 1 names the container in it.
    ///   - mountinfo: the text of `/proc/self/mountinfo`; Docker mounts a container's own `/etc/hostname` from a folder
    ///     that has its id.
    ///   - hostname: by default the first twelve digits of the id.
    package init(cgroup: String, mountinfo: String, hostname: String) {
        var prefixes: Set<String> = []
        for line in cgroup.split(separator: "\n") {
            if let id = Self.ids(in: line).last { prefixes.insert(id) }
        }
        for line in mountinfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // Of other mounts, the host's own list those of all containers.
            guard fields.count > 4, ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"].contains(fields[4]) else {
                continue
            }
            prefixes.formUnion(Self.ids(in: fields[3]))
        }
        if hostname.utf8.count == 12, hostname.utf8.allSatisfy(Self.isDigit) { prefixes.insert(hostname) }
        self.prefixes = prefixes
    }

    /// What this process runs in. Reads files and the host's name; to be asked where the program is put together.
    package static func current() -> OwnContainer {
        OwnContainer(
            cgroup: text("/proc/self/cgroup"),
            mountinfo: text("/proc/self/mountinfo"),
            hostname: hostname()
        )
    }

    /// Whether a container is this one.
    /// - Parameter id: all 64 digits.
    package func contains(_ id: String) -> Bool { prefixes.contains { id.hasPrefix($0) } }

    /// What is not there (no Linux, no `/proc`) says nothing; then the other sources must do.
    private static func text(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func hostname() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Runs of exactly 64 small hexadecimal digits.
    private static func ids(in text: Substring) -> [String] {
        text.utf8.split { !isDigit($0) }.filter { $0.count == 64 }.map { String(Substring($0)) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
