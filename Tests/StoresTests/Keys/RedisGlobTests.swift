import Clients
import Support
import Testing

@testable import Stores

@Suite struct RedisGlobTests {
    @Test(arguments: [
        ("session:*", "session:", true), ("session:*", "session", false), ("*", "", true), ("", "", true),
        ("", "a", false), ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[c-a]x", "bx", true),
        ("[^a-c]x", "bx", false), ("a/*", "a/b/c", true), ("\\*", "*", true), ("\\*", "a", false),
        ("[\\]]", "]", true), ("[a-]]", "b]", false), ("*a*b", "xaxxab", true), ("*a*b", "xaxxa", false),
    ])
    func globsMatchAsRedisDocumentsThem(glob: String, name: String, matches: Bool) {
        #expect(RedisGlob(glob).matches(Array(name.utf8)) == matches)
    }

    @Test(arguments: [
        ("preview:*", "preview:a7", "a7"), ("a*z", "a--z", "--"), ("*", "x", "x"), ("\\**", "*b", "b"),
        ("preview:*", "other", nil), ("*:*", "a:b", nil), ("a?*", "abc", nil), ("abc", "abc", nil),
    ])
    func oneStarStandsForAStem(glob: String, name: String, stem: String?) {
        #expect(RedisGlob(glob).stem(of: Array(name.utf8)) == stem.map { Array($0.utf8) })
    }

    /// The server's own SCAN says what is right.
    @Test func globsMatchWhatTheServerMatches() async throws {
        let world = try await KeysWorld()
        var generator = SeededGenerator(seed: 20_261)
        let letters = Array("ab-^]\\*?[c".utf8)
        var names: Set<[UInt8]> = []
        while names.count < 150 {
            let length = Int.random(in: 0...5, using: &generator)
            names.insert((0..<length).map { _ in letters.randomElement(using: &generator) ?? 0 })
        }
        for name in names { try await world.call("SET", name, "x") }
        for number in 0..<400 {
            let length = Int.random(in: 1...6, using: &generator)
            let bytes = (0..<length).map { _ in letters.randomElement(using: &generator) ?? 0 }
            let glob = String(decoding: bytes, as: UTF8.self)
            let reply = try await world.call("SCAN", "0", "MATCH", glob, "COUNT", 10_000)
            let found = Set((reply.elements?[1].elements ?? []).compactMap(\.bytes))
            let own = RedisGlob(glob)
            #expect(names.filter { own.matches($0) } == found, "seed 20261, glob \(number): \(glob)")
        }
    }
}
