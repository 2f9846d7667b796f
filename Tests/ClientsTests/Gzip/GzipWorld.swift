import CLinux
import CZlib
import Clients
import Foundation
import Glibc
import Support
import Testing

/// A directory of its own for one test, and what a test needs to look into it; only flat, so that clean-up is simple.
final class GzipWorld: Sendable {
    let path: String
    let directory: Int32

    private init(path: String) {
        self.path = path
        directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    /// Lends a fresh directory, removed afterwards with the files in it.
    static func with<Result>(_ body: (GzipWorld) throws -> Result) throws -> Result {
        var template = Array("/tmp/cleanupd-gzip-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil, "cannot make a directory: \(String(cString: strerror(errno)))")
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return try with(path: path, body)
    }

    /// The same in a directory that is there (a mount point, say); its files are removed, and it itself is too if it can.
    static func with<Result>(path: String, _ body: (GzipWorld) throws -> Result) throws -> Result {
        let world = GzipWorld(path: path)
        defer {
            for name in world.names { _ = unlinkat(world.directory, name, 0) }
            close(world.directory)
            rmdir(path)
        }
        return try body(world)
    }

    /// Names of all entries, sorted.
    var names: [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o640) throws {
        let file = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        try #require(file >= 0)
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
        try #require(count == bytes.count)
        try #require(fchmodat(directory, name, mode, 0) == 0)
        try settle(name)
    }

    /// Waits until nobody has the entry open for writing any more.
    ///
    /// A process that a parallel test starts inherits our descriptors until it executes its program.
    func settle(_ name: String) throws {
        let file = openat(directory, name, O_RDONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        while clinux_lease(file) == -EAGAIN { sched_yield() }
        _ = clinux_lease_end(file)
    }

    /// All bytes of an entry; `nil` if it is not there.
    func read(_ name: String) -> [UInt8]? {
        let file = openat(directory, name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Contents of an archive, read by zlib's own file functions; `nil` if it is not there or not whole.
    func unzip(_ name: String) -> [UInt8]? {
        guard let file = gzopen("\(path)/\(name)", "rb") else { return nil }
        defer { gzclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else { return nil }
            if count == 0 { return gzdirect(file) == 0 || bytes.isEmpty ? bytes : nil }
            bytes += buffer[..<Int(count)]
        }
    }

    func state(_ name: String) throws -> stat {
        var info = stat()
        try #require(fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) == 0, "\(name) is not there")
        return info
    }

    /// The identity of an entry, as a plan would have it.
    func expected(_ name: String) throws -> GzipArchiver.Expected {
        let info = try state(name)
        return GzipArchiver.Expected(
            inode: UInt64(info.st_ino),
            device: UInt64(info.st_dev),
            size: Int64(info.st_size),
            modifiedSeconds: Int64(info.st_mtim.tv_sec),
            modifiedNanoseconds: Int64(info.st_mtim.tv_nsec),
            changedSeconds: Int64(info.st_ctim.tv_sec),
            changedNanoseconds: Int64(info.st_ctim.tv_nsec)
        )
    }

    /// Archives an entry as it is now.
    @discardableResult
    func archive(
        _ name: String,
        by archiver: GzipArchiver = GzipArchiver(runIdentifier: "test"),
        checkOpen: Bool = true
    ) throws -> GzipArchiver.Archived {
        try archiver.archive(
            directory: directory,
            name: Array(name.utf8),
            expected: expected(name),
            checkOpen: checkOpen
        )
    }

    /// The code with which archiving an entry fails; `nil` if it succeeds.
    func failure(
        _ name: String,
        by archiver: GzipArchiver = GzipArchiver(runIdentifier: "test"),
        checkOpen: Bool = true
    ) throws -> GzipError? {
        do {
            try archive(name, by: archiver, checkOpen: checkOpen)
            return nil
        } catch let error as GzipError {
            return error
        }
    }

    /// Runs a program of the system in the directory.
    func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, Array(data))
    }
}

/// Contents of files.
extension SeededGenerator {
    /// Bytes that do not compress.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: next()) { bytes += $0 } }
        return Array(bytes.prefix(count))
    }

    /// Lines that compress about as logs do.
    mutating func log(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let identifier = String(next(), radix: 16)
            bytes += "2026-01-02T03:04:05Z INFO worker request_id=\(identifier) removed \(next() % 300) rows\n".utf8
        }
        return Array(bytes.prefix(count))
    }
}
