import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// What becomes of planned records and of what they own.
struct RecordsRemovalTests {
    static let specification = RecordsSpecification(time: "t")
    static let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 3_600_000, text: "1h")))

    static func entry(_ name: String, _ rest: String = "") -> String {
        "\"\(name)\":{\"t\":\"\(RecordsWorld.ago(7_200))\"\(rest.isEmpty ? "" : ",\(rest)")}"
    }

    static func world(_ entries: String...) throws -> RecordsWorld {
        try RecordsWorld("{\(entries.joined(separator: ","))}")
    }

    @Test func ownedThingsGoBeforeTheRecord() throws {
        let world = try Self.world(
            Self.entry("one", "\"audio\":\"1.wav\""),
            Self.entry("many", "\"audio\":[\"2.wav\",\"/data/3.wav\",null]"),
            Self.entry("gone", "\"audio\":\"no.wav\""),
            Self.entry("none"),
            Self.entry("null", "\"audio\":null")
        )
        for number in 1...4 { try world.makeFile("\(number).wav") }
        let store = world.store(Self.specification, owned: [world.audio()])
        let results = try world.act(try world.plan(store, Self.policy), store)
        #expect(results.count == 5 && results.values.allSatisfy { $0.outcome == .deleted })
        #expect(results["one"]?.owned == ["audio": 1] && results["many"]?.owned == ["audio": 2])
        #expect(results["gone"]?.owned == [:])
        #expect(try world.files == ["4.wav"])
        #expect(try world.text == "{}")
    }

    @Test func recordStaysWithWhatCannotBeRemoved() throws {
        let world = try Self.world(
            Self.entry("outside", "\"audio\":\"../tokens.json\""),
            Self.entry("absolute", "\"audio\":\"/etc/passwd\""),
            Self.entry("odd", "\"audio\":{\"path\":\"1.wav\"}"),
            Self.entry("protected", "\"audio\":\"a.keep\""),
            Self.entry("good", "\"audio\":\"1.wav\"")
        )
        try world.makeFile("1.wav")
        try world.makeFile("a.keep")
        let store = world.store(Self.specification, owned: [world.audio()])
        let results = try world.act(try world.plan(store, Self.policy), store)
        #expect(results["good"]?.outcome == .deleted)
        for name in ["outside", "absolute", "odd", "protected"] {
            #expect(results[name]?.outcome == .failed, "\(name)")
            #expect(results[name]?.detail?.isEmpty == false)
        }
        #expect(try world.files == ["a.keep"])
        let left = try world.plan(store, Self.policy).names(.remove)
        #expect(left == ["absolute", "odd", "outside", "protected"])
    }

    @Test func changedOnesStayAndAbsentOnesAreGone() throws {
        let world = try Self.world(Self.entry("a"), Self.entry("b"), Self.entry("c"), Self.entry("d"))
        let store = world.store(Self.specification)
        let plan = try world.plan(store, Self.policy)
        let changed = "{\(Self.entry("b", "\"used\":true")),\(Self.entry("c")),\(Self.entry("d")),\(Self.entry("d"))}"
        try world.write(changed)
        let source = try store.openSource()
        #expect(plan.blocks.flatMap { source.presence(of: $0) } == [.absent, .changed, .unchanged, .unchanged])
        let results = try world.act(plan, store)
        #expect(results.mapValues(\.outcome) == ["a": .gone, "b": .changed, "c": .deleted, "d": .changed])
        #expect(try world.text == changed.replacingOccurrences(of: Self.entry("c") + ",", with: ""))
    }

    @Test func fileInUseStaysAsItIs() throws {
        let world = try Self.world(Self.entry("a"))
        let store = world.store(Self.specification)
        let plan = try world.plan(store, Self.policy)
        try world.write("{\"a\":")
        let results = try world.act(plan, store)
        #expect(results["a"]?.outcome == .failed && results["a"]?.failure == .integrity)
        #expect(unlink(world.file) == 0)
        #expect(try world.act(plan, store)["a"]?.outcome == .gone)
    }

    @Test func whereNothingMayBeWrittenNothingGoes() throws {
        let world = try Self.world(Self.entry("a", "\"audio\":\"1.wav\""))
        try world.makeFile("1.wav")
        let store = world.store(Self.specification, owned: [world.audio()])
        let plan = try world.plan(store, Self.policy)
        try #require(geteuid() == 0, "Making a folder read-only for root needs a mount.")
        let name = world.folder.path
        #expect(mount(name, name, nil, UInt(MS_BIND), nil) == 0)
        defer { umount2(name, Int32(MNT_DETACH)) }
        #expect(mount(nil, name, nil, UInt(MS_REMOUNT) | UInt(MS_BIND) | UInt(MS_RDONLY), nil) == 0)
        let result = try #require(try world.act(plan, store)["a"])
        #expect(result.outcome == .failed && result.failure == .permission)
        #expect(result.detail?.contains("mounted read-only") == true, "\(result.detail ?? "")")
        #expect(try world.files == ["1.wav"])
    }

    @Test func whereTheFileIsAnothersNothingGoes() async throws {
        try #require(geteuid() == 0, "A file of another user needs root.")
        let world = try Self.world()
        try world.makeFile("1.wav")
        #expect(chmod(world.folder.path, 0o755) == 0)
        #expect(chown(world.root, 0, 65_534) == 0 && chmod(world.root, 0o775) == 0)
        // Root's file, for all to read, in a folder that nobody's group may write to.
        let folder = world.folder.file("shared")
        let file = folder + "/tokens.json"
        let text = "{\(Self.entry("a", "\"audio\":\"1.wav\""))}"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        #expect(chmod(file, 0o644) == 0 && chown(folder, 0, 65_534) == 0 && chmod(folder, 0o775) == 0)
        let now: @Sendable () -> Instant = { RecordsWorld.now }
        let store = RecordsStore(file: file, specification: Self.specification, owned: [world.audio()], now: now)
        let plan = try world.plan(store, Self.policy)
        let result = try await onThread { try asNobody { try world.act(plan, store)["a"] } }
        #expect(result?.outcome == .failed && result?.failure == .permission, "\(result?.detail ?? "")")
        #expect(result?.detail?.contains("own it") == true, "\(result?.detail ?? "")")
        #expect(result?.owned.isEmpty == true)
        #expect(try world.files == ["1.wav"])
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["tokens.json"])
        // Its owner may.
        #expect(chown(file, 65_534, 65_534) == 0)
        #expect(try await onThread { try asNobody { try world.act(plan, store)["a"]?.outcome } } == .deleted)
        #expect(try world.files.isEmpty)
    }

    @Test(arguments: [0x10, 0x20])
    func whereTheFileMayNotBeChangedNothingGoes(_ flag: Int) throws {
        try #require(geteuid() == 0, "chattr +i and +a need root.")
        let world = try Self.world(Self.entry("a", "\"audio\":\"1.wav\""))
        try world.makeFile("1.wav")
        let store = world.store(Self.specification, owned: [world.audio()])
        let plan = try world.plan(store, Self.policy)
        try Self.setFlags(flag, of: world.file)
        let result: ItemResult?
        do {
            result = try world.act(plan, store)["a"]
            try Self.setFlags(0, of: world.file)
        } catch {
            try Self.setFlags(0, of: world.file)
            throw error
        }
        #expect(result?.outcome == .failed && result?.failure == .permission)
        #expect(result?.detail?.contains("chattr -i -a") == true, "\(result?.detail ?? "")")
        #expect(result?.owned.isEmpty == true)
        #expect(try world.files == ["1.wav"])
        #expect(try world.act(plan, store)["a"]?.outcome == .deleted)
        #expect(try world.files.isEmpty && world.text == "{}")
    }

    /// `FS_IOC_SETFLAGS`: 0x10 is immutable, 0x20 append-only.
    private static func setFlags(_ flags: Int, of path: String) throws {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var flags = flags
        guard ioctl(descriptor, 0x4008_6602, &flags) == 0 else { throw SupportError("FS_IOC_SETFLAGS: \(errno)") }
    }

    /// The file's disk is full, and what its records own lies on another.
    @Test func whereTheNewFileHasNoRoomNothingGoes() throws {
        try #require(geteuid() == 0, "Mounting a small file system needs root.")
        let world = try Self.world()
        try world.makeFile("1.wav")
        let disk = world.folder.file("disk")
        #expect(mkdir(disk, 0o700) == 0 && mount("tmpfs", disk, "tmpfs", 0, "size=1m,mode=0700") == 0)
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let file = disk + "/tokens.json"
        func text(_ padding: Int) -> String {
            let rest = "\"rest\":\"\(String(repeating: "x", count: padding))\""
            return "{\(Self.entry("a", "\"audio\":\"1.wav\"")),\(rest)}"
        }
        try Data(text(700_000).utf8).write(to: URL(fileURLWithPath: file))
        let now: @Sendable () -> Instant = { RecordsWorld.now }
        let store = RecordsStore(file: file, specification: Self.specification, owned: [world.audio()], now: now)
        let result = try world.act(try world.plan(store, Self.policy), store)["a"]
        #expect(result?.outcome == .failed && result?.failure == .io)
        #expect(result?.detail?.contains("Its disk is full") == true, "\(result?.detail ?? "")")
        #expect(try world.files == ["1.wav"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == ["tokens.json"])
        // Where there is room for both, both go.
        try Data(text(300_000).utf8).write(to: URL(fileURLWithPath: file))
        #expect(try world.act(try world.plan(store, Self.policy), store)["a"]?.outcome == .deleted)
        #expect(try world.files.isEmpty)
    }

    @Test func ownedObjectsThatOnlyGotADeleteMarkerAreNotCounted() throws {
        let world = try Self.world(Self.entry("a", "\"keys\":[\"gone for good\",\"marked\"]"))
        let owned = RecordsOwned(field: "keys", resource: "objects") { _ in
            { name, _ in
                var result = ItemResult(.deleted)
                result.isForGood = name != "marked"
                return result
            }
        }
        let store = world.store(Self.specification, owned: [owned])
        let result = try world.act(try world.plan(store, Self.policy), store)["a"]
        #expect(result?.outcome == .deleted && result?.owned == ["objects": 1])
    }

    @Test func cancelledRunLeavesTheFile() throws {
        let world = try Self.world(Self.entry("a"))
        let store = world.store(Self.specification)
        let plan = try world.plan(store, Self.policy)
        let remover = try store.openRemover(run: "r", fence: nil)
        #expect(remover.act(on: plan.blocks[0], isCancelled: { true })[0].outcome == .notTried)
        #expect(try world.text.contains("\"a\""))
    }

    @Test func manyBlocksAreOneRewriting() throws {
        let entries = (0..<5_000).map { Self.entry("k\($0)") }
        let world = try RecordsWorld("{\(entries.joined(separator: ",\n"))}")
        let store = world.store(Self.specification)
        let plan = try world.plan(store, Self.policy)
        #expect(plan.blocks.count == 5)
        #expect(try store.openRemover(run: "r", fence: nil).itemsAtOnce >= 5_000)
        #expect(try world.act(plan, store).values.allSatisfy { $0.outcome == .deleted })
        #expect(try world.text == "{}")
    }

    @Test func namesAreReadFromTextsAndLists() throws {
        let world = try RecordsWorld(
            "{\"t\":[{\"f\":\"a\"},{\"f\":[\"b\",3]},{\"f\":null},{}],\"bad\":[{\"f\":{}}],\"worse\":[7]}"
        )
        let never = { false }
        let names = RecordsNames(file: world.file, pointer: "/t", field: "f")
        #expect(try names.read(limit: 10, isCancelled: never) == ["a", "b", "3"])
        #expect(throws: StoreError.self) { try names.read(limit: 2, isCancelled: never) }
        #expect(throws: CancellationError.self) { try names.read(limit: 9) { true } }
        for pointer in ["/bad", "/worse", "/none"] {
            let error = #expect(throws: StoreError.self) {
                try RecordsNames(file: world.file, pointer: pointer, field: "f").read(limit: 9, isCancelled: never)
            }
            #expect(error?.code == .unreadable)
        }
    }
}
