import Clients
import Retention
import Stores
import Support
import Testing

@Suite struct HostileNameTests {
    /// Deterministic; its seed is in every message.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
    }

    private static let nasty: [String] = [
        "-rf", "--", " ", " leading", "trailing ", "...", ".. ", ". .", "..\u{2024}", "a\nb", "\n", "\r\n", "\u{1b}[2J",
        "*", "?",
        "[a-z]", "{a,b}", "\\", "\"", "'", "`id`", "$(id)", ";", "&", "|", "~", "#", "%s%n", "\u{202e}gpj.exe",
        "\u{200b}",
        "e\u{301}", "\u{e9}", "😀", "👨‍👩‍👧‍👦", "CON", "\u{feff}", "null\u{1}", "\t", "=", ":", "NaN", "日本語", "\u{fffd}",
    ]

    private func names(_ count: Int, seed: UInt64) -> [[UInt8]] {
        var generator = Generator(state: seed)
        var names = Set(Self.nasty.map { Array($0.utf8) })
        names.insert([UInt8](repeating: UInt8(ascii: "x"), count: 255))
        names.insert([UInt8](repeating: 0xff, count: 255))
        names.insert([0xc0, 0xaf])
        names.insert([0xed, 0xa0, 0x80])
        while names.count < count {
            let length = Int.random(in: 1...255, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 1...255, using: &generator) }.map {
                $0 == 0x2f ? 0x2e : $0
            }
            if bytes != [0x2e], bytes != [0x2e, 0x2e] { names.insert(bytes) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test(.tags(.f13)) func namesOfAnyBytesAreDeletedExactly() throws {
        let seed = Scale.seed(20_261)
        try withWorld { world in
            let names = names(Scale.rounds(5_000, nightly: 100_000), seed: seed)
            try world.makeDirectory("root/d")
            for (index, name) in names.enumerated() {
                try world.makeFile(
                    Array("root/d/".utf8) + name,
                    bytes: 0,
                    seconds: index.isMultiple(of: 2) ? World.old : nil
                )
            }
            let before = try world.snapshot()
            let cleaning = try Cleaning(world)
            let plan = try cleaning.plan()
            let outcomes = try cleaning.run()
            let after = try world.snapshot()
            let doomed = Set(
                names.enumerated().filter { $0.offset.isMultiple(of: 2) }.map { Array("root/d/".utf8) + $0.element }
            )
            #expect(Set(before.entries.keys).subtracting(after.entries.keys) == doomed, "seed \(seed)")
            #expect(after.entries.filter { before.entries[$0.key] != $0.value } == [:], "seed \(seed)")
            #expect(outcomes == [.deleted: doomed.count], "seed \(seed)")
            #expect(plan.blocks.reduce(0) { $0 + $1.items.count } == names.count, "seed \(seed)")
        }
    }

    @Test(.tags(.f13)) func namesOfAnyBytesBeneathADirectoryGoWithIt() throws {
        let seed = Scale.seed(9_847)
        try withWorld { world in
            try world.makeDirectory("root/d/e")
            for name in names(1_000, seed: seed) { try world.makeFile(Array("root/d/e/".utf8) + name, bytes: 0) }
            try world.age("root/d/e")
            try world.age("root/d")
            let outcomes = try Cleaning(world, FilesSpecification(type: .directory)).run()
            #expect(outcomes == [.deleted: 1], "seed \(seed)")
            #expect(try TreeSnapshot(of: world.root).entries == [:], "seed \(seed)")
        }
    }
}
