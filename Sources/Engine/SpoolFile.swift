import Foundation

/// Where a spool puts pieces of bytes, one after the other: a temporary file without a name, or memory.
struct SpoolFile: Sendable {
    /// Where they lie.
    enum Place: Sendable {
        case folder(String)
        /// In memory, up to so many bytes.
        case memory(Int)
        /// A place that cannot be had.
        case nowhere
    }

    /// What a scan on a full disk may take: some three million items.
    static let memoryLimit = 256 << 20

    private let place: Place
    private let file: FileHandle?
    private var pieces: [[UInt8]] = []
    private var lengths: [Int] = []
    private var size = 0

    /// Holds nothing.
    static let nowhere = SpoolFile()

    private init() {
        (place, file) = (.nowhere, nil)
    }

    /// Throws `EngineError` when a file cannot be made.
    init(_ place: Place) throws {
        self.place = place
        if case .folder(let folder) = place { file = try Self.open(in: folder) } else { file = nil }
    }

    /// Throws `EngineError` when there is no room; then it holds what it did before.
    mutating func append(_ bytes: [UInt8]) throws {
        switch place {
        case .folder(let folder): try write(bytes, folder)
        case .memory(let limit):
            guard size + bytes.count <= limit else { throw full }
            pieces.append(bytes)
            size += bytes.count
        case .nowhere: throw full
        }
    }

    /// Hands every piece to `body`; several may read at once. Throws what reading or `body` throws.
    func forEach(_ body: ([UInt8]) throws -> Void) throws {
        for piece in pieces { try body(piece) }
        guard let file else { return }
        var start = 0
        for length in lengths {
            try body(try Self.read(file.fileDescriptor, from: start, length))
            start += length
        }
    }

    /// By its place in the file: who else reads has the same descriptor.
    private static func read(_ descriptor: Int32, from start: Int, _ length: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        var done = 0
        while done < length {
            let count = bytes.withUnsafeMutableBytes { memory in
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
                return pread(descriptor, rest.baseAddress, rest.count, off_t(start + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read a temporary file", errno, advice: "Check the disk") }
            guard count > 0 else { throw endedEarly }
            done += count
        }
        return bytes
    }

    private mutating func write(_ bytes: [UInt8], _ folder: String) throws {
        guard let file else { throw full }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { memory in
                pwrite(file.fileDescriptor, memory.baseAddress, memory.count, off_t(size + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write to a temporary file in \(folder)", errno) }
            done += count
        }
        size += bytes.count
        lengths.append(bytes.count)
    }

    private var full: EngineError {
        EngineError(
            .spool,
            "Neither disk nor memory has room for what the scan found; the run is given up. Free some space by hand."
        )
    }

    private static func open(in folder: String) throws -> FileHandle {
        var template = Array("\(folder)/cleanupd-spool-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("make a temporary file in \(folder)", errno) }
        // Without a name from the start, so that no crash leaves it behind.
        unlink(template)  // banned-ok: our own temporary file, made in the line above
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    static let endedEarly = EngineError(
        .spool,
        "A temporary file ended early, so that the plan is not whole; the run is given up. Check the disk."
    )

    static func failure(
        _ what: String,
        _ code: Int32,
        advice: String = "The state's folder needs room and write permission"
    ) -> EngineError {
        EngineError(.spool, "Cannot \(what): \(String(cString: strerror(code))). \(advice).")
    }
}
