import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// Which records are candidates, and which of them go.
struct RecordsScanTests {
    private static let specification = RecordsSpecification(
        time: "created_at",
        expires: "expires_at",
        removesExpired: true,
        graceMilliseconds: 60_000
    )

    private static func entry(_ name: String, _ expires: String, created: String? = nil) -> String {
        "\"\(name)\":{\"created_at\":\"\(created ?? RecordsWorld.ago(90_000))\",\"expires_at\":\(expires)}"
    }

    @Test func expiredOnesGoAfterTheirGrace() throws {
        let now = RecordsWorld.now.nanoseconds / 1_000_000_000
        let world = try RecordsWorld(
            "{"
                + [
                    Self.entry("old", "\"\(RecordsWorld.ago(61))\""), Self.entry("just", "\"\(RecordsWorld.ago(60))\""),
                    Self.entry("grace", "\"\(RecordsWorld.ago(59))\""),
                    Self.entry("alive", "\"\(RecordsWorld.ago(-60))\""),
                    Self.entry("epoch", "\(now - 61)"), Self.entry("fraction", "\(now - 61).75"),
                    Self.entry("milliseconds", "\(now - 61)000"),
                    Self.entry("exponent", "\(Double(now - 6100) / 1e9)e9"),
                    Self.entry("naive", "\"2025-12-31T23:58:58.5\""), Self.entry("blank", "\"2025-12-31 23:58:58\""),
                ]
                .joined(separator: ",") + "}"
        )
        let store = world.store(Self.specification)
        let plan = try world.plan(store, RecordsWorld.expired)
        #expect(plan.names(.remove) == ["blank", "epoch", "exponent", "fraction", "milliseconds", "naive", "old"])
        #expect(plan.names(.young) == ["alive", "grace", "just"])
        let results = try world.act(plan, store)
        #expect(results.values.allSatisfy { $0.outcome == .deleted && $0.freedBytes > 0 })
        #expect(try world.plan(store, RecordsWorld.expired).names(.young) == ["alive", "grace", "just"])
    }

    @Test func naiveTimeIsReadInItsZoneAndOfTwoTheLaterCounts() throws {
        // 2025-10-26 02:30 is twice in Berlin: at 00:30 and at 01:30 UTC.
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        func time(_ text: String) -> String? {
            RecordsTime.parse(.string(text), nil, zone: zone).map { Timestamp.format($0) }
        }
        #expect(time("2025-10-26T02:30:00") == "2025-10-26T01:30:00Z")
        #expect(time("2025-07-01T12:00:00") == "2025-07-01T10:00:00Z")
        #expect(time("2025-07-01T12:00:00+00:00") == "2025-07-01T12:00:00Z")
    }

    @Test(
        arguments: [
            (.string("0"), nil), (.number("0"), nil), (.number("-1"), nil), (.string("soon"), nil), (.string(""), nil),
            (.null, nil),
            (.number("5"), .iso), (.string("2025-01-01T00:00:00Z"), .epoch), (.number("1e30"), .epoch),
            (.list([]), nil),
            (.number("99999999"), nil), (.string("NaN"), nil), (.string(String(repeating: "1", count: 65)), .epoch),
        ] as [(JSONField, RowsSpecification.TimeFormat?)]
    )
    func whatIsNoTimeIsNone(_ field: JSONField, _ format: RowsSpecification.TimeFormat?) throws {
        #expect(RecordsTime.parse(field, format, zone: .gmt) == nil)
    }

    @Test func corruptEntriesAreCountedAndStay() throws {
        let old = "\"\(RecordsWorld.ago(5_000))\""
        let text =
            "{" + Self.entry("good", old) + ",\"text\":\"x\",\"list\":[],\"null\":null,"
            + Self.entry("bad", "\"yesterday\"") + ",\"none\":{\"created_at\":\(old)},"
            + Self.entry("twice", old) + "," + Self.entry("tw\\u0069ce", old) + "," + Self.entry("", old) + ","
            + Self.entry("\\ud800", old) + "}"
        let world = try RecordsWorld(text)
        let store = world.store(Self.specification)
        let plan = try world.plan(store, RecordsWorld.expired)
        #expect(plan.names(.remove) == ["good"])
        #expect(plan.summary.errorCount == 8 && plan.summary.skipped == [.corrupt: 8])
        #expect(plan.names(.young) == ["none"])
        #expect(plan.summary.errors.allSatisfy { $0.message.contains("is corrupt, and stays: ") })
        #expect(try world.act(plan, store).keys.sorted() == ["good"])
        #expect(try world.text == text.replacingOccurrences(of: Self.entry("good", old) + ",", with: ""))
    }

    @Test func problemsAreBounded() throws {
        let world = try RecordsWorld("[" + (0..<1_000).map { "\($0)" }.joined(separator: ",") + "]")
        let plan = try world.plan(world.store(Self.specification), RecordsWorld.expired)
        #expect(plan.summary.errorCount == 1_000 && plan.summary.errors.count == ScanSummary.mostProblems)
        #expect(plan.summary.skipped == [.corrupt: 1_000])
    }

    @Test(arguments: ["[1,", "", "{\"a\":{}}x", "7"])
    func wholeThatIsCorruptStopsTheTask(_ text: String) throws {
        let world = try RecordsWorld(text)
        let error = #expect(throws: StoreError.self) {
            try world.plan(world.store(Self.specification), RecordsWorld.expired)
        }
        #expect(error?.code == .unreadable && error?.message.contains("line 1, column") == true)
        #expect(try world.text == text)
    }

    @Test func missingFileIsMissing() throws {
        let world = try RecordsWorld("{}")
        #expect(unlink(world.file) == 0)
        let error = #expect(throws: StoreError.self) {
            try world.plan(world.store(Self.specification), RecordsWorld.expired)
        }
        #expect(error?.code == .missing)
    }

    @Test func arrayEntriesAreNamedByFieldOrContents() throws {
        let old = RecordsWorld.ago(100_000)
        let text =
            "{\"v\":1,\"items\":[{\"id\":7,\"t\":\"\(old)\"},{\"id\":\"x\",\"t\":\"\(old)\"},{\"t\":\"\(old)\"}]}"
        let world = try RecordsWorld(text)
        let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 3_600_000, text: "1h")))
        let named = world.store(RecordsSpecification(pointer: "/items", key: "id", time: "t", keepMatch: ["x*"]))
        let plan = try world.plan(named, policy)
        #expect(plan.names(.remove) == ["7"] && plan.names(.keep) == ["x"] && plan.summary.errorCount == 1)
        let unnamed = world.store(RecordsSpecification(pointer: "/items", time: "/t"))
        let all = try world.plan(unnamed, policy)
        #expect(all.names(.remove).count == 3)
        #expect(all.names(.remove).allSatisfy { $0.hasPrefix("sha256:") })
        #expect(try world.act(all, unnamed).values.allSatisfy { $0.outcome == .deleted })
        #expect(try world.text == "{\"v\":1,\"items\":[]}")
    }

    @Test func membersOfAnObjectAreNamedByTheFieldThatIsGiven() throws {
        let old = RecordsWorld.ago(100_000)
        let text =
            "{\"slot 1\":{\"id\":\"a\",\"t\":\"\(old)\"},\"a\":{\"id\":\"b\",\"t\":\"\(old)\"},\"c\":{\"t\":\"\(old)\"}}"
        let world = try RecordsWorld(text)
        let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 3_600_000, text: "1h")))
        let store = world.store(RecordsSpecification(key: "id", time: "t", keepMatch: ["a"]))
        let plan = try world.plan(store, policy)
        #expect(plan.names(.keep) == ["a"] && plan.names(.remove) == ["b"])
        #expect(plan.summary.errors.map(\.message).first?.contains("it has no id") == true)
        #expect(try store.openSource().presence(of: plan.blocks[0]) == [.unchanged, .unchanged])
        #expect(try world.act(plan, store).mapValues(\.outcome) == ["b": .deleted])
        #expect(try world.text.contains("slot 1") && world.text.contains("\"c\""))
    }

    @Test(arguments: [
        RecordsSpecification(pointer: "/items", time: "t", isNamedByOthers: true),
        RecordsSpecification(pointer: "/items", time: "t", keepMatch: ["precious*"]),
    ])
    func elementsWithoutNamesAreRefusedWhereNamesDecide(_ specification: RecordsSpecification) throws {
        let old = RecordsWorld.ago(100_000)
        let world = try RecordsWorld("{\"items\":{\"k\":{\"id\":\"precious\",\"t\":\"\(old)\"}}}")
        let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 3_600_000, text: "1h")))
        let store = world.store(specification)
        let plan = try world.plan(store, policy)
        #expect(plan.names(.remove) == ["k"])
        let text = "{\"items\":[{\"id\":\"precious\",\"t\":\"\(old)\"}]}"
        try world.write(text)
        let error = #expect(throws: StoreError.self) { try world.plan(store, policy) }
        #expect(error?.code == .denied && error?.message.contains("say \"key\"") == true)
        #expect(try store.openSource().presence(of: plan.blocks[0]) == [.unknown])
        let result = try world.act(plan, store)["k"]
        #expect(result?.outcome == .failed && result?.detail?.contains("say \"key\"") == true)
        #expect(try world.text == text)
    }

    @Test(arguments: [nil, "created_at"])
    func recordThatNeverExpiresIsYoung(_ time: String?) throws {
        let ago = RecordsWorld.ago(90_000)
        let world = try RecordsWorld(
            "{\"absent\":{\"created_at\":\"\(ago)\"},\(Self.entry("null", "null")),\(Self.entry("old", "\"\(ago)\""))}"
        )
        let specification = RecordsSpecification(time: time, expires: "expires_at", removesExpired: true)
        let plan = try world.plan(world.store(specification), RecordsWorld.expired)
        #expect(plan.names(.remove) == ["old"])
        #expect(plan.names(.young) == ["absent", "null"])
        #expect(plan.summary.errorCount == 0)
    }

    @Test func recordsWithoutATimeGoWhereAListSaysSo() throws {
        let world = try RecordsWorld("{\"a\":{},\"b\":7}")
        let store = world.store(RecordsSpecification())
        let plan = try world.plan(store, Policy(remove: Policy.Remove(isListed: true)))
        #expect(plan.names(.remove) == ["a", "b"])
        #expect(try world.act(plan, store).values.allSatisfy { $0.outcome == .deleted })
        #expect(try world.text == "{}")
    }

    @Test func quotaTakesOnlyWhatFreesSomethingOfWhatItMeasures() throws {
        let ago = RecordsWorld.ago(100)
        func entry(_ name: String, _ audio: String) -> String {
            "\"\(name)\":{\"t\":\"\(ago)\",\"audio\":\(audio)}"
        }
        let world = try RecordsWorld(
            "{"
                + [
                    entry("beside", "\"b/1.wav\""), entry("gone", "\"a/none.wav\""), entry("none", "null"),
                    entry("both", "[\"a/2.wav\",\"b/2.wav\"]"), entry("within", "\"/data/a/3.wav\""),
                    entry("alike", "\"ab/4.wav\""),
                ]
                .joined(separator: ",") + "}"
        )
        for folder in ["a", "b", "ab"] {
            try FileManager.default.createDirectory(
                atPath: world.root + "/" + folder,
                withIntermediateDirectories: true
            )
        }
        for name in ["b/1", "a/2", "b/2", "a/3", "ab/4"] { try world.makeFile(name + ".wav", bytes: 8_192) }
        let usage = StorageUse(rootPath: world.root, path: "./a/")
        let specification = RecordsSpecification(time: "t")
        let store = world.store(specification, owned: [world.audio(measured: usage)], usage: usage)
        let plan = try world.plan(store, Policy(quota: Policy.Quota(maxBytes: 1, freeToBytes: 0)))
        #expect(plan.names(.remove) == ["both", "within"])
        #expect(plan.tally.quotaRemoveBytes == 2 * 8_192)
        #expect(try world.act(plan, store).values.allSatisfy { $0.outcome == .deleted })
        #expect(FileManager.default.fileExists(atPath: world.root + "/b/1.wav"))
    }

    @Test func quotaTakesTheOldestOfThoseThatHaveNotExpired() throws {
        let text = (1...9).map { number in
            Self.entry("t\(number)", "\"\(RecordsWorld.ago(-3_600))\"", created: RecordsWorld.ago(Int64(number) * 10))
                .replacingOccurrences(of: "}", with: ",\"audio\":\"\(number).wav\"}")
        }
        let world = try RecordsWorld("{" + text.joined(separator: ",") + "}")
        for number in 1...9 { try world.makeFile("\(number).wav", bytes: 8_192) }
        let usage = StorageUse(rootPath: world.root)
        let store = world.store(Self.specification, owned: [world.audio()], usage: usage)
        var policy = RecordsWorld.expired
        #expect(try world.plan(store, policy).names(.remove).isEmpty)
        policy.quota = Policy.Quota(maxBytes: 70_000, freeToBytes: 50_000)
        let plan = try world.plan(store, policy)
        #expect(plan.summary.usedBytes == 9 * 8_192)
        #expect(plan.names(.remove) == ["t7", "t8", "t9"])
        let results = try world.act(plan, store)
        #expect(results.values.allSatisfy { $0.freedBytes == 8_192 && $0.owned == ["audio": 1] })
        #expect(try usage.measure(isCancelled: { false }).usedBytes == 6 * 8_192)
    }
}
