import Foundation
import Glibc
import Retention
import Stores
import Support
import Synchronization
import Testing

/// A folder with files, and tasks over it with references.
struct ReferencesWorld {
    let folder: TemporaryFolder
    var root: String { folder.file("root") }

    init(_ files: [String]) throws {
        folder = try TemporaryFolder()
        try #require(mkdir(root, 0o755) == 0)
        for file in files { try make(file) }
    }

    func make(_ file: String) throws {
        let url = URL(fileURLWithPath: root + "/" + file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: url)
    }

    /// What is left, from the root.
    var left: Set<String> {
        get throws {
            let walk = FileManager.default.enumerator(atPath: root)
            var found: Set<String> = []
            while let path = walk?.nextObject() as? String {
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isDirectory),
                    !isDirectory.boolValue
                {
                    found.insert(path)
                }
            }
            return found
        }
    }

    func store(
        _ references: [Reference],
        _ specification: FilesSpecification = FilesSpecification(),
        isOrphan: Bool = false,
        aliases: [String] = [],
        rules: ReferenceRules? = nil,
        last: ReferenceBaseline = ReferenceBaseline(),
        root: String? = nil
    ) -> ReferencedStore {
        ReferencedStore(
            base: FilesStore(rootPath: root ?? self.root, specification: specification),
            references: references,
            root: root ?? self.root,
            aliases: aliases,
            rules: rules ?? ReferenceRules(isOrphan: isOrphan),
            lastAnswers: { last },
            makeSpool: { MemorySpool() }
        )
    }

    /// Items that a scan lists, and why they are held (`nil` = they are not).
    func holds(_ store: ReferencedStore) throws -> [String: String?] {
        let found = Mutex<[String: String?]>([:])
        _ = try store.openSource().scan(workers: 2, isCancelled: { false }) { block in
            for item in block.items {
                let path = DisplayName.exact(block.path(of: item))
                let reason: String? = item.hold == 0 ? nil : block.reasons[Int(item.hold) - 1]
                found.withLock { $0[path] = .some(reason) }
            }
        }
        return found.withLock { $0 }
    }

    func held(_ store: ReferencedStore) throws -> Set<String> {
        Set(try holds(store).filter { $0.value != nil }.keys)
    }

    /// Plans to remove all that is not held, then calls `meanwhile`, and removes it.
    func clean(_ store: ReferencedStore, meanwhile: () throws -> Void = {}) throws -> [String: ItemResult] {
        let blocks = Mutex<[ItemBlock]>([])
        _ = try store.openSource().scan(workers: 2, isCancelled: { false }) { block in
            for index in block.items.indices {
                block.items[index].verdict = block.items[index].hold == 0 ? .remove : .keep
            }
            blocks.withLock { [block] in $0.append(block) }
        }
        try meanwhile()
        let remover = try store.openRemover(run: "r", fence: nil)
        var results: [String: ItemResult] = [:]
        for block in blocks.withLock({ $0 }) {
            for (item, result) in zip(block.items, remover.act(on: block, isCancelled: { false }))
            where item.verdict == .remove {
                results[DisplayName.exact(block.path(of: item))] = result
            }
        }
        return results
    }
}

extension Reference {
    /// Names what a closure gives each time.
    init(id: String, label: String, values: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> [String]) {
        self.init(id: id, label: label) { isCancelled, name in try values(isCancelled).forEach(name) }
    }

    /// Names these values whenever it is asked.
    static func naming(_ values: [String], id: String = "r") -> Reference {
        Reference(id: id, label: "main") { _ in values }
    }
}

/// Blocks in memory, for worlds that are small.
final class MemorySpool: BlockSpool {
    private let blocks = Mutex<[ItemBlock]>([])

    func append(_ block: ItemBlock) throws { blocks.withLock { $0.append(block) } }

    func forEach(_ body: (inout ItemBlock) throws -> Void) throws {
        for var block in blocks.withLock({ $0 }) { try body(&block) }
    }
}
