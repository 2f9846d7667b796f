import CLinux
import Crypto
import Glibc

/// An open JSON file, as it was found under its name. Owns one descriptor, which reads.
package final class JSONFile {
    package let place: JSONFilePlace
    let descriptor: Int32
    /// When it was opened.
    let status: FileStatus

    /// Opens the file; follows no symlink, and waits for no fifo.
    /// - Parameter name: another one in the same directory.
    init(_ place: JSONFilePlace, name: [UInt8]? = nil) throws(JSONFileError) {
        self.place = place
        let descriptor: Int32
        do throws(SystemError) {
            descriptor = try place.withName(name ?? place.name) { (name) throws(SystemError) in
                try place.directory.open(name, CLINUX_OPEN_FILE)
            }
        } catch {
            throw JSONFileError(opening: place.path, error)
        }
        do throws(SystemError) {
            status = try FileStatus(descriptor: descriptor)
        } catch {
            close(descriptor)
            throw JSONFileError(reading: place.path, error)
        }
        self.descriptor = descriptor
        guard status.kind == .regular else {
            throw JSONFileError(.denied, place.path, "is not a regular file. Name the JSON file itself")
        }
    }

    deinit {
        // Not by close() alone: a child that another thread forks holds the file open until it runs its program.
        _ = clinux_unlock(descriptor)
        close(descriptor)
    }

    /// The name still leads to this file.
    var isInPlace: Bool {
        do throws(SystemError) {
            return try place.status(of: place.name).identity == status.identity
        } catch {
            return false
        }
    }

    /// Nothing was written to it since it was opened, as far as its times and size tell.
    func isUnchanged(comparingChange: Bool = true) throws(JSONFileError) -> Bool {
        do throws(SystemError) {
            let now = try FileStatus(descriptor: descriptor)
            return now.size == status.size && now.modified == status.modified
                && (!comparingChange || now.changed == status.changed)
        } catch {
            throw JSONFileError(reading: place.path, error)
        }
    }

    /// Reads the whole strictly, and hands over its entries, of which some may have been handed over before it throws.
    ///
    /// - Returns: the digest of all its bytes.
    /// - Throws: `JSONFileError`, and what `body` throws.
    @discardableResult
    func scan(_ entries: JSONEntries, _ body: (JSONEntry) throws -> Void) throws -> JSONDigest {
        var hash = SHA256()
        var offset = 0
        do {
            let scanner = JSONScanner { memory in
                let count = try self.read(into: memory, at: offset)
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: memory[..<count]))
                offset += count
                return count
            }
            try entries.scan(scanner, body)
        } catch let fault as JSONFault {
            throw try corrupt(fault)
        }
        return JSONDigest(hash.finalize())
    }

    /// The digest of all its bytes, valid JSON or not.
    func digest() throws -> JSONDigest {
        var hash = SHA256()
        try eachPiece(0..<Int.max) { hash.update(bufferPointer: $0) }
        return JSONDigest(hash.finalize())
    }

    /// Hands over the bytes of a range, piece by piece.
    func eachPiece(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { piece.deallocate() }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(piece.count, range.upperBound - offset)
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]), at: offset)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += count
        }
    }

    private func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int) throws(JSONFileError) -> Int {
        let count = clinux_read_at(descriptor, memory.baseAddress, memory.count, Int64(offset))
        guard count >= 0 else { throw JSONFileError(reading: place.path, SystemError(Int32(-count))) }
        return Int(count)
    }

    /// Says the line and the column, which are counted from 1 (a column is a byte).
    private func corrupt(_ fault: JSONFault) throws -> JSONFileError {
        var (line, column) = (1, 1)
        try eachPiece(0..<fault.offset) { piece in
            for byte in piece {
                if byte == UInt8(ascii: "\n") {
                    line += 1
                    column = 1
                } else {
                    column += 1
                }
            }
        }
        let finding = "is left as it is; line \(line), column \(column): \(fault.finding)"
        return JSONFileError(.corrupt, place.path, finding + ". Repair it, or correct the pointer")
    }
}
