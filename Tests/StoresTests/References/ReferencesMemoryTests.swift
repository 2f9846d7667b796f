import Support
import Testing

@testable import Stores

/// A suite of its own, for a turn of its own: what other tests hold would be counted.
@Suite("References: memory")
struct ReferencesMemoryTests {
    /// Ten million would take a minute here; what is measured is bytes a name.
    @Test func twoMillionNamesTakeEightBytesEach() throws {
        let before = try residentBytes()
        var builder = NameHashesBuilder()
        for number in 0..<2_000_000 { builder.append("previews/2025/\(number).bundle".utf8) }
        let set = builder.finish()
        #expect(set.count == 2_000_000)
        #expect(set.contains("previews/2025/1999999.bundle".utf8))
        #expect(!set.contains("previews/2025/2000000.bundle".utf8))
        // 16 MB, a piece of 8 MiB.
        #expect(try residentBytes() - before < 128 << 20)
    }

    @Test func aMillionReferencesAreLookedUpInLittleMemory() throws {
        let world = try ReferencesWorld((0..<50).map { "d/f\($0 * 20_000)" } + ["d/other", "e"])
        let before = try residentBytes()
        let reference = Reference(id: "r", label: "main") { _ in (0..<1_000_000).map { "d/f\($0)" } }
        let store = world.store([reference], isOrphan: true)
        let held = try world.held(store)
        #expect(held.count == 50)
        #expect(try residentBytes() - before < 400 << 20)
    }
}
