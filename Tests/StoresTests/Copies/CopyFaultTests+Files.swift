import Dispatch
import Foundation
import Glibc
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// Files that change while they are copied, or that somebody wants to use.
extension CopyFaultTests {
    @Test func aFileThatIsReplacedWhileItIsSentStays() async throws {
        let path = Mutex("")
        let fate: CopyWorld.Fate = { request in
            if request.method == "PUT" { _ = path.withLock { rename($0 + ".new", $0) } }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            // After the plan, so that it is no item.
            let results = try await world.run(meanwhile: {
                try Data("new".utf8).write(to: URL(fileURLWithPath: world.path("a.zip.new")))
                path.withLock { $0 = world.path("a.zip") }
            })
            #expect(results["a.zip"]?.outcome == .changed, "\(results)")
            #expect(world.contents("a.zip") == Array("new".utf8))
        }
    }

    @Test func aFileThatIsUsedWhileItIsSentStaysWhereThatCounts() async throws {
        let path = Mutex("")
        let uses = Count()
        let fate: CopyWorld.Fate = { request in
            if request.method == "PUT", Self.use(path.withLock { $0 }) { uses.add() }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            path.withLock { $0 = world.path("a.zip") }
            let times = [timespec](repeating: timespec(tv_sec: 1_000_000_000, tv_nsec: 0), count: 2)
            try #require(utimensat(AT_FDCWD, world.path("a.zip"), times, 0) == 0)
            let results = try await world.run(FilesSpecification(time: .atime))
            // Some file systems keep no times of access.
            let expected: ItemOutcome = uses.value > 0 ? .changed : .deleted
            #expect(results["a.zip"]?.outcome == expected, "\(results)")
            #expect((world.contents("a.zip") == nil) == (expected == .deleted))
        }
    }

    /// Reads a file as any program does.
    /// - Returns: whether its time of access has moved.
    private static func use(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var (before, after, byte) = (stat(), stat(), UInt8(0))
        guard fstat(file, &before) == 0, read(file, &byte, 1) == 1, fstat(file, &after) == 0 else { return false }
        return before.st_atim.tv_sec != after.st_atim.tv_sec
    }

    @Test func aFileThatWasWrittenToSinceThePlanStays() async throws {
        try await CopyWorld.with { world in
            try world.write("a.zip", Self.letters)
            let results = try await world.run(meanwhile: {
                try Data("new".utf8).write(to: URL(fileURLWithPath: world.path("a.zip")))
            })
            #expect(results["a.zip"]?.outcome == .changed, "\(results)")
            #expect(world.contents("a.zip") == Array("new".utf8))
            #expect(try await world.keys().isEmpty)
        }
    }

    @Test func aFileThatIsOpenForWritingStays() async throws {
        try await CopyWorld.with { world in
            try world.write("a.zip", Self.letters)
            let writer = open(world.path("a.zip"), O_WRONLY | O_APPEND | O_CLOEXEC)
            defer { close(writer) }
            let results = try await world.run()
            #expect(results["a.zip"]?.outcome == .inUse, "\(results)")
            #expect(world.contents("a.zip") == Self.letters)
            #expect(try await world.keys().isEmpty)
        }
    }

    /// The kernel would make the writer wait for 45 seconds.
    @Test func whoWantsToWriteMeanwhileIsNotKeptWaiting() async throws {
        let path = Mutex("")
        let waited = Mutex<Duration?>(nil)
        let fate: CopyWorld.Fate = { request in
            guard request.method == "PUT" else { return .pass }
            let clock = ContinuousClock()
            let time = clock.measure { close(open(path.withLock { $0 }, O_WRONLY | O_APPEND | O_CLOEXEC)) }
            waited.withLock { $0 = $0 ?? time }
            return .silence
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            path.withLock { $0 = world.path("a.zip") }
            let results = try await world.run()
            #expect(results["a.zip"]?.outcome == .inUse, "\(results)")
            let time = try #require(try await eventually(seconds: 30) { waited.withLock { $0 } })
            #expect(time < .seconds(40))
            #expect(world.contents("a.zip") == Self.letters)
        }
    }

    /// Neither while parts are sent nor while they are taken back.
    @Test func whoWantsToWriteIsNotKeptWaitingByAnAbortion() async throws {
        let path = Mutex("")
        let waited = Mutex<Duration?>(nil)
        let fate: CopyWorld.Fate = { request in
            if request.method == "DELETE" { return .silence }
            guard request.path.contains("partNumber=2") else { return .pass }
            let clock = ContinuousClock()
            let time = clock.measure { close(open(path.withLock { $0 }, O_WRONLY | O_APPEND | O_CLOEXEC)) }
            waited.withLock { $0 = $0 ?? time }
            return .silence
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            path.withLock { $0 = world.path("a.zip") }
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["a.zip"]?.outcome == .inUse, "\(results)")
            let time = try #require(try await eventually(seconds: 30) { waited.withLock { $0 } })
            #expect(time < .seconds(40))
            #expect(world.contents("a.zip") == noise)
        }
    }

    /// Who interrupts the reading back of a copy.
    enum Interruption: CaseIterable {
        case runThatEnds, writer
    }

    /// The server answers each question at once, so that none of them is broken off.
    @Test(arguments: Interruption.allCases)
    func theReadingBackOfACopyKeepsNobodyWaiting(_ interruption: Interruption) async throws {
        let path = Mutex("")
        let reads = Count()
        let fate: CopyWorld.Fate = { request in
            guard request.method == "GET", request.path.hasSuffix("/a.zip") else { return .pass }
            reads.add()
            guard interruption == .writer else { return .pass }
            // Without waiting: the kernel says all the same that somebody came.
            let writer = path.withLock { open($0, O_WRONLY | O_NONBLOCK | O_CLOEXEC) }
            if writer >= 0 { close(writer) }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            // Of three pieces.
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            #expect(try await world.run(leastPart: CopyWorld.smallPart)["a.zip"]?.outcome == .deleted)
            let before = reads.value
            try world.write("a.zip", noise)
            path.withLock { $0 = world.path("a.zip") }
            let results = try await world.run(
                leastPart: CopyWorld.smallPart,
                isCancelled: { interruption == .runThatEnds && reads.value > before }
            )
            let expected: ItemOutcome = interruption == .writer ? .inUse : .notTried
            #expect(results["a.zip"]?.outcome == expected, "\(results)")
            #expect(reads.value == before + 1)
            #expect(world.contents("a.zip") == noise)
        }
    }

    /// Neither sees the other's copy before it is there; where conditions are not heeded, the later would replace the earlier.
    @Test func twoFilesOfOneKeyAreNotCopiedAtOnce() async throws {
        let writes = Count()
        let isOver = DispatchSemaphore(value: 0)
        let fate: CopyWorld.Fate = { request in
            guard request.method == "PUT" else { return .pass }
            writes.add()
            _ = isOver.wait(timeout: .now() + 60)
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            let other = Array("other".utf8)
            try world.write("a.log", Self.letters)
            try world.write("a.log.gz", other)
            async let earlier = world.run(FilesSpecification(match: ["a.log"]))
            let isSent = try await eventually(seconds: 30) { writes.value == 1 ? true : nil }
            #expect(isSent == true)
            let later = try await world.run(FilesSpecification(match: ["a.log.gz"]))
            isOver.signal()
            let results = try await earlier
            #expect(results["a.log"]?.outcome == .deleted, "\(results)")
            #expect(later["a.log.gz"]?.failure == .conflict, "\(later)")
            #expect(later["a.log.gz"]?.detail?.contains("as that of another file which is copied now") == true)
            #expect(writes.value == 1)
            #expect(world.contents("a.log.gz") == other)
            #expect(try await world.unpacked("copies/a.log.gz") == Self.letters)
            // From now on the copy itself is in the way.
            let again = try await world.run()
            #expect(again["a.log.gz"]?.detail?.contains("where something else is, which is not overwritten") == true)
            #expect(world.contents("a.log.gz") == other)
        }
    }

    /// A file with holes may be longer than all that a disk holds.
    @Test func aFileOfTooManyPartsIsRefusedBeforeItIsRead() async throws {
        try await CopyWorld.with { world in
            try world.write("a.zip", Self.letters)
            try #require(truncate(world.path("a.zip"), 4 << 40) == 0)
            let start = ContinuousClock.now
            let results = try await world.run()
            #expect(results["a.zip"]?.failure == .conflict, "\(results)")
            #expect(results["a.zip"]?.detail?.contains("split it, or copy it otherwise") == true)
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(try await world.keys().isEmpty)
        }
    }
}
