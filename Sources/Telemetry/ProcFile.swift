import Glibc

/// Reads small files and directories of the proc file system.
enum ProcFile {
    fileprivate static let keptValues = "Process metrics keep their last values."

    /// The text of a file.
    ///
    /// - Throws: ``RegistryError/Code/unreadable`` with the path and the system's words.
    static func read(_ path: String) throws(RegistryError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The number of entries of a directory of descriptors, without the one that this call opens.
    ///
    /// - Throws: ``RegistryError/Code/unreadable`` with the path and the system's words.
    static func countEntries(_ path: String) throws(RegistryError) -> Int {
        guard let directory = opendir(path) else { throw failure("open", path) }
        defer { closedir(directory) }
        var count = 0
        errno = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != Int8(UInt8(ascii: ".")) { count += 1 }
        }
        guard errno == 0 else { throw failure("list", path) }
        return max(0, count - 1)
    }

    /// The first number of the line that begins with a word.
    ///
    /// - Throws: ``RegistryError/Code/unreadable`` if there is no such line or no number in it.
    static func number(after word: String, in text: String) throws(RegistryError) -> UInt64 {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(word) }),
            let field = line.dropFirst(word.count).split(separator: " ").first,
            let number = UInt64(field)
        else {
            throw RegistryError(
                .unreadable,
                "The proc file system has no number for \"\(word)\". \(keptValues)"
            )
        }
        return number
    }

    private static func failure(_ verb: String, _ path: String) -> RegistryError {
        let words = String(cString: strerror(errno))
        return RegistryError(.unreadable, "Cannot \(verb) \(path): \(words). \(keptValues)")
    }
}

/// The fields of `/proc/self/stat` that metrics are made of.
struct ProcessStat: Sendable, Equatable {
    /// User and system time in clock ticks.
    let cpuTicks: UInt64
    /// Since boot.
    let startTicks: UInt64
    let virtualBytes: UInt64
    let residentPages: UInt64

    /// - Parameter text: one line as in proc(5); the name in parentheses may hold anything, also parentheses.
    /// - Throws: ``RegistryError/Code/unreadable`` if a field is missing or no number.
    init(_ text: String) throws(RegistryError) {
        // After the last parenthesis come field 3 (state) and those that follow.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst().split(separator: " ")
        func field(_ number: Int) -> UInt64? {
            fields.indices.contains(number - 3) ? UInt64(fields[number - 3]) : nil
        }
        guard let user = field(14), let system = field(15), let start = field(22), let virtual = field(23),
            let resident = field(24)
        else {
            throw RegistryError(
                .unreadable,
                "The process's stat file is not of the form that proc(5) describes. \(ProcFile.keptValues)"
            )
        }
        cpuTicks = user &+ system
        startTicks = start
        virtualBytes = virtual
        residentPages = resident
    }
}
