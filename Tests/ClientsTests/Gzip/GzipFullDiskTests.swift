import Clients
import Glibc
import Support
import Testing

/// F10: the file system has no room for the archives.
@Suite("Gzip: a full disk")
struct GzipFullDiskTests {
    @Test(.tags(.f10), arguments: [(1, 1), (1, 9), (2, 25), (4, 60), (8, 200)])
    func originalsStayWhereThereIsNoRoom(mebibytes: Int, files: Int) throws {
        try withTemporaryFileSystem(mebibytes: mebibytes) { world in
            let seed = UInt64(mebibytes * 1000 + files)
            var random = SeededGenerator(seed: seed)
            // What does not compress; then filled to the last page.
            let size = mebibytes * 1_048_576 * 8 / 10 / files
            let contents = (0..<files).map { _ in random.bytes(size) }
            for (number, bytes) in contents.enumerated() { try world.write(bytes, to: "\(number).log") }
            let filler = openat(world.directory, "filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            let page = [UInt8](repeating: 1, count: 4096)
            while write(filler, page, page.count) == page.count {}
            close(filler)

            var codes: [GzipError.Code?] = []
            for number in 0..<files { codes.append(try world.failure("\(number).log")?.code) }
            #expect(codes.allSatisfy { $0 == .noSpace }, "\(codes), seed \(seed)")
            #expect(world.names.count == files + 1, "seed \(seed)")

            // With a fifth free, many go through, one after the other; a single large one never does.
            unlinkat(world.directory, "filler", 0)
            codes = []
            for number in 0..<files { codes.append(try world.failure("\(number).log")?.code) }
            for (number, bytes) in contents.enumerated() {
                let name = "\(number).log"
                let found = codes[number] == nil ? world.unzip(name + ".gz") : world.read(name)
                #expect(found == bytes, "file \(number), \(String(describing: codes[number])), seed \(seed)")
            }
            #expect(codes.allSatisfy { $0 == nil || $0 == .noSpace }, "\(codes), seed \(seed)")
            #expect(world.names.count == files, "\(world.names), seed \(seed)")
            #expect(files == 1 || codes.contains(nil), "none fitted, seed \(seed)")
        }
    }

    private func withTemporaryFileSystem(mebibytes: Int, _ body: (GzipWorld) throws -> Void) throws {
        try #require(getuid() == 0, "this test mounts a small file system: run it as root")
        var template = Array("/tmp/cleanupd-full-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        let result = mount("tmpfs", path, "tmpfs", 0, "size=\(mebibytes)m,mode=0700")
        try #require(result == 0, "cannot mount a tmpfs: \(String(cString: strerror(errno)))")
        defer { umount2(path, Int32(MNT_DETACH)) }
        try GzipWorld.with(path: path, body)
    }
}
