import Foundation
import Glibc
import Retention
import Stores
import Support
import Synchronization
import Testing

@Suite("References: files")
struct ReferencedFilesTests {
    private static let files = ["tmp/a/1", "tmp/a/2", "tmp/ab/1", "tmp/b", "logs/x.log", "top"]

    @Test(arguments: [true, false])
    func filesAreNamedByEveryFormOfTheirPath(isOrphan: Bool) throws {
        let world = try ReferencesWorld(Self.files)
        let forms = [
            "tmp/a/1", "tmp/a/1/", "/tmp/a/1".replacing("/tmp", with: world.root + "/tmp"), "\(world.root)//tmp/./a/1",
            "./tmp/a/1", "/data/tmp/a/1", "//data///tmp/a/1/.", "store/tmp/a/1",
        ]
        for form in forms {
            let store = world.store([.naming([form])], isOrphan: isOrphan, aliases: ["/data", "store/"])
            #expect(try world.held(store) == ["tmp/a/1"], "\(form)")
        }
    }

    @Test func aReferencedDirectoryProtectsAllThatLiesInIt() throws {
        let world = try ReferencesWorld(Self.files)
        #expect(try world.held(world.store([.naming(["/data/tmp/a"])], aliases: ["/data"])) == ["tmp/a/1", "tmp/a/2"])
        #expect(try world.held(world.store([.naming(["tmp"])])) == ["tmp/a/1", "tmp/a/2", "tmp/ab/1", "tmp/b"])
    }

    @Test func aDirectoryThatIsToGoIsHeldByAnythingBeneathIt() throws {
        let world = try ReferencesWorld(["tmp/a/deep/1", "tmp/ab/1", "tmp/a b/1"])
        let directories = FilesSpecification(path: "tmp", type: .directory, depth: 1)
        func held(_ values: [String]) throws -> Set<String> {
            try world.held(world.store([.naming(values)], directories))
        }
        #expect(try held(["tmp/a/deep/1"]) == ["tmp/a"])
        #expect(try held(["tmp/a/gone/already"]) == ["tmp/a"])
        #expect(try held(["tmp/a"]) == ["tmp/a"])
        #expect(try held(["tmp/a b/"]) == ["tmp/a b"])
        #expect(try held(["tmp/abc", "tmp/", "other/tmp/a"].filter { $0 != "tmp/" }) == [])
    }

    @Test func theReasonNamesTheReferenceAndTheFirstOneWins() throws {
        let world = try ReferencesWorld(["a", "b", "keep.me"])
        let store = world.store(
            [.naming(["a"]), Reference(id: "2", label: "jobs") { _ in ["a", "b", "keep.me"] }],
            FilesSpecification(keepMatch: ["keep.*"])
        )
        let holds = try world.holds(store)
        #expect(holds["a"] == "referenced by main")
        #expect(holds["b"] == "referenced by jobs")
        #expect(holds["keep.me"].map { $0?.hasPrefix("referenced") } == false)
    }

    @Test func symlinksInTheRootsPathAndBeneathItAreSeenThrough() throws {
        let world = try ReferencesWorld(["releases/7/app", "releases/8/app", "other/file"])
        try #require(symlink("releases/7", world.root + "/current") == 0)
        try #require(symlink("../releases/8/app", world.root + "/other/link") == 0)
        try #require(symlink(world.root, world.folder.file("alias")) == 0)
        let linked = world.folder.file("alias")
        func held(_ values: [String], root: String) throws -> Set<String> {
            try world.held(world.store([.naming(values)], root: root))
        }
        for root in [world.root, linked] {
            #expect(try held([world.root + "/other/file"], root: root).contains("other/file"))
            #expect(try held(["current/app"], root: root) == ["releases/7/app"])
            #expect(try held([root + "/current"], root: root) == ["releases/7/app"])
            #expect(try held(["other/link"], root: root) == ["releases/8/app"])
            #expect(try held(["current/../releases/8"].filter { !$0.contains("..") } + ["gone/link"], root: root) == [])
        }
        #expect(try held([linked + "/other/file"], root: linked) == ["other/file"])
    }

    @Test(arguments: [
        "/etc/passwd", "/", "/roo", "tmp/../tmp/a/1", "..", "../x", "/data/../etc", ".", "/data", "/data/", "a\0b",
        "file:///data/tmp/a", "https://example.org/tmp/a", "/datax/tmp/a", "/Data/tmp/a", "./.",
    ])
    func aReferenceThatCouldProtectNothingFailsTheTask(value: String) throws {
        let world = try ReferencesWorld(Self.files)
        for isOrphan in [true, false] {
            let store = world.store([.naming(["tmp/b", value])], isOrphan: isOrphan, aliases: ["/data"])
            let error = #expect(throws: StoreError.self) { try world.holds(store) }
            #expect(error?.code == .denied)
            #expect(error?.guardName == .references)
            #expect(error?.message.contains("main") == true)
            #expect(error?.message.contains("Nothing was removed") == true)
            #expect(throws: StoreError.self) { try store.openRemover(run: "r", fence: nil) }
        }
        #expect(try world.left == Set(Self.files))
    }

    @Test(arguments: [
        "-rf", " leading", "trailing ", "new\nline", "naïve", "数据🗑", "a\\b", "...", "..x", "*", "%2e%2e", "a:b", "~",
    ])
    func hostileNamesAreNamesAndNothingElse(name: String) throws {
        let world = try ReferencesWorld(["d/\(name)", "d/other"])
        #expect(try world.held(world.store([.naming(["d/\(name)"])])) == ["d/\(name)"])
        #expect(try world.held(world.store([.naming([world.root + "/d/" + name])])) == ["d/\(name)"])
    }

    @Test func spellingsOfOneCharacterAreTwoNames() throws {
        let world = try ReferencesWorld(["caf\u{e9}", "cafe\u{301}"])
        #expect(try world.clean(world.store([.naming(["caf\u{e9}"])])).values.map(\.outcome) == [.deleted])
        let left = try #require(try world.left.first)
        #expect(Array(left.utf8) == Array("caf\u{e9}".utf8))
    }

    @Test func emptyValuesNameNothing() throws {
        let world = try ReferencesWorld(Self.files)
        #expect(try world.held(world.store([.naming(["", "tmp/b", ""])])) == ["tmp/b"])
        let error = #expect(throws: StoreError.self) {
            try world.holds(world.store([.naming(["", ""])], isOrphan: true))
        }
        #expect(error?.guardName == .references)
    }

    @Test func aSourceThatFailsFailsTheTask() throws {
        let world = try ReferencesWorld(Self.files)
        let failing = Reference(id: "f", label: "cache") { _ in throw SupportError("connection refused") }
        for isOrphan in [true, false] {
            let store = world.store([.naming(["tmp/b"]), failing], isOrphan: isOrphan)
            let error = #expect(throws: StoreError.self) { try world.holds(store) }
            #expect(error?.code == .unreadable)
            #expect(error?.message.contains("cache") == true)
            #expect(error?.message.contains("connection refused") == true)
            #expect(throws: StoreError.self) { try store.openRemover(run: "r", fence: nil) }
        }
    }

    @Test func whatComesToBeNamedBetweenPlanAndDeletionStays() throws {
        let world = try ReferencesWorld(Self.files)
        let answers = Answers([["top"], ["top", "tmp/a"]])
        let store = world.store([Reference(id: "r", label: "main") { _ in answers.next() }], isOrphan: true)
        let results = try world.clean(store)
        #expect(results["tmp/a/1"]?.outcome == .changed)
        #expect(results["tmp/a/1"]?.detail == "referenced by main since the plan; it stays")
        #expect(results["tmp/b"]?.outcome == .deleted)
        #expect(try world.left == ["top", "tmp/a/1", "tmp/a/2"])
    }

    @Test(arguments: [true, false])
    func orphansAreListedBeforeTheReferencesAreReadAndOthersAfter(isOrphan: Bool) throws {
        let world = try ReferencesWorld(Self.files)
        let events = Mutex<[String]>([])
        let base = WitnessStore(base: FilesStore(rootPath: world.root, specification: FilesSpecification())) { event in
            events.withLock { $0.append(event) }
        }
        let reference = Reference(id: "r", label: "main") { _ in
            events.withLock { $0.append("asked") }
            // Made and named while the task runs: never seen, or held.
            try world.make("late")
            return ["late", "top"]
        }
        let store = ReferencedStore(
            base: base,
            references: [reference],
            root: world.root,
            rules: ReferenceRules(isOrphan: isOrphan),
            makeSpool: { MemorySpool() }
        )
        let results = try world.clean(store)
        #expect(events.withLock { $0.prefix(2) } == (isOrphan ? ["listed", "asked"] : ["asked", "listed"]))
        #expect(results["late"] == nil && results["top"] == nil)
        #expect(try world.left == ["late", "top"])
    }

    @Test func referencesThatAreReadBeforeTheFirstDeletionHearOfTheEndOfTheRun() throws {
        let world = try ReferencesWorld(Self.files)
        let heard = Mutex<[Bool]>([])
        let reference = Reference(id: "r", label: "main") { isCancelled, name in
            heard.withLock { $0.append(isCancelled()) }
            if isCancelled() { throw CancellationError() }
            try name("top")
        }
        let store = world.store([reference])
        #expect(throws: (any Error).self) { try store.openRemover(run: "r", fence: nil, isCancelled: { true }) }
        let listed = ListedStore(
            base: FilesStore(rootPath: world.root, specification: FilesSpecification()),
            lists: [reference],
            root: world.root,
            aliases: []
        )
        #expect(throws: (any Error).self) { try listed.openRemover(run: "r", fence: nil, isCancelled: { true }) }
        #expect(heard.withLock { $0 } == [true, true])
    }

    @Test func aCancelledScanAsksNothingAndHandsOnNothing() throws {
        let world = try ReferencesWorld(Self.files)
        let reference = Reference(id: "r", label: "main") { _ in
            Issue.record("asked")
            return ["top"]
        }
        _ = try world.store([reference], isOrphan: true).openSource().scan(workers: 1, isCancelled: { true }) { _ in
            Issue.record("handed on")
        }
    }
}

/// Tells when a listing has ended.
private struct WitnessStore: MutableStore {
    let base: FilesStore
    let tell: @Sendable (String) -> Void

    private struct Listing: Source {
        let base: any Source
        let tell: @Sendable (String) -> Void

        func scan(
            workers: Int,
            isCancelled: @Sendable () -> Bool,
            emit: @Sendable (inout ItemBlock) throws -> Void
        ) throws -> ScanSummary {
            defer { tell("listed") }
            return try base.scan(workers: workers, isCancelled: isCancelled, emit: emit)
        }

        func confirm(_ block: inout ItemBlock) -> Int { base.confirm(&block) }
        func presence(of block: ItemBlock) -> [Presence] { base.presence(of: block) }
    }

    func openSource(asOf now: Instant) throws -> any Source {
        Listing(base: try base.openSource(asOf: now), tell: tell)
    }
    func openRemover(
        run: String,
        asOf now: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        try base.openRemover(run: run, asOf: now, fence: fence, isCancelled: isCancelled)
    }
    func sweep(before instant: Instant) throws -> SweepReport { try base.sweep(before: instant) }
}
