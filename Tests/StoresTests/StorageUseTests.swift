import Foundation
import Retention
import Stores
import Support
import Testing

/// What lies beneath a path, in bytes on disk.
struct StorageUseTests {
    private static func use(_ world: World, _ path: String = "") -> StorageUse {
        StorageUse(rootPath: world.root, path: path)
    }

    @Test func blocksAreCountedAndHardLinksOnce() throws {
        try withWorld { world in
            try world.makeDirectory("root/a/b")
            try world.makeFile("root/a/one", bytes: 10_000)
            try world.makeFile("root/a/b/two", bytes: 1)
            try world.makeFile("outside/three", bytes: 5_000)
            try world.check(link(world.base + "/root/a/one", world.base + "/root/a/b/same"), "link")
            try world.check(link(world.base + "/outside/three", world.base + "/root/a/shared"), "link")
            try world.check(symlink("/", world.base + "/root/a/everything"), "symlink")
            func allocated(_ paths: String...) -> Int64 {
                paths.reduce(0) { sum, path in
                    var info = stat()
                    return lstat(world.base + "/root/" + path, &info) == 0 ? sum + Int64(info.st_blocks) * 512 : sum
                }
            }
            let beneath = allocated("a/b", "a/one", "a/b/two", "a/shared", "a/everything")
            #expect(try Self.use(world, "a").measure(isCancelled: { false }).usedBytes == beneath)
            #expect(try Self.use(world).measure(isCancelled: { false }).usedBytes == beneath + allocated("a"))
        }
    }

    @Test func pathThatIsNotThereIsMissing() throws {
        try withWorld { world in
            let error = #expect(throws: StoreError.self) {
                try Self.use(world, "none").measure(isCancelled: { false })
            }
            #expect(error?.code == .missing)
        }
    }

    @Test func quotaOfAPathAroundTheTasksOwnIsMeasured() throws {
        try withWorld { world in
            try world.makeDirectory("root/cache")
            try world.makeFile("root/cache/old", bytes: 8_192)
            try world.makeFile("root/beside", bytes: 100_000)
            let files = FilesStore(rootPath: world.root, specification: FilesSpecification(path: "cache"))
            let summary = try MeasuredStore(files, measuring: Self.use(world)).openSource()
                .scan(workers: 1, isCancelled: { false }) { block in #expect(block.items.count == 1) }
            #expect(summary.examined == 1)
            #expect(summary.usedBytes > 108_000)
        }
    }
}
