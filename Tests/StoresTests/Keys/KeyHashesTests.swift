import Testing

@testable import Stores

@Suite struct KeyHashesTests {
    @Test func aKeyIsNewOnce() {
        var hashes = KeyHashes()
        let keys = (0..<20_000).map { Array("key:\($0)".utf8) } + [[], [0], [0, 0]]
        #expect(keys.count { hashes.insert($0) } == keys.count)
        #expect(keys.count { hashes.insert($0) } == 0)
        #expect(!hashes.isFull)
    }

    @Test func beyondTheLimitItSaysThatItCannotTell() {
        var hashes = KeyHashes(limit: 100)
        #expect((0..<100).count { hashes.insert([UInt8($0)]) } == 100)
        #expect(!hashes.isFull)
        // Not remembered, and so new each time.
        #expect([200, 200, 5].map { hashes.insert([$0]) } == [true, true, false])
        #expect(hashes.isFull)
    }
}
