import Retention
import State
import Support
import Testing

struct BlockCodecTests {
    private static let seed: UInt64 = 20_261_121

    @Test func returnsRandomBlocksAsTheyWere() throws {
        var generator = SeededGenerator(seed: Self.seed)
        for round in 0..<1000 {
            let block = Samples.hostileBlock(&generator)
            #expect(try BlockCodec.decode(BlockCodec.encode(block)) == block, "seed \(Self.seed), round \(round)")
        }
    }

    @Test func returnsFullBlocksAsTheyWere() throws {
        let block = Samples.block("data", count: ItemBlock.capacity)
        #expect(block.isFull)
        #expect(try BlockCodec.decode(BlockCodec.encode(block)) == block)
    }

    @Test func returnsEmptyBlocksAsTheyWere() throws {
        #expect(try BlockCodec.decode(BlockCodec.encode(ItemBlock())) == ItemBlock())
    }

    @Test func keepsTheLongestNameThatABlockCanHold() throws {
        var block = ItemBlock()
        let name = [UInt8](repeating: 0xFF, count: Int(UInt16.max))
        Samples.append(name, version: name, group: block.internGroup(""), time: .distantPast, to: &block)
        #expect(try BlockCodec.decode(BlockCodec.encode(block)) == block)
    }

    @Test func keepsNameVersionAndVerdictTogetherWhenItemsWereRearranged() throws {
        var generator = SeededGenerator(seed: Self.seed)
        for round in 0..<200 {
            var block = Samples.hostileBlock(&generator)
            block.items.shuffle(using: &generator)
            let kept = Int.random(in: 0...block.items.count, using: &generator)
            block.items.removeLast(block.items.count - kept)
            let decoded = try BlockCodec.decode(BlockCodec.encode(block))
            #expect(decoded.items.count == kept)
            for (stored, item) in zip(decoded.items, block.items) {
                var moved = item
                moved.start = stored.start
                #expect(stored == moved, "seed \(Self.seed), round \(round)")
                #expect(decoded.name(of: stored) == block.name(of: item))
                #expect(decoded.version(of: stored) == block.version(of: item))
                #expect(decoded.group(of: stored) == block.group(of: item))
            }
            #expect(BlockCodec.encode(decoded) == BlockCodec.encode(block), "equal plans must have equal digests")
        }
    }

    @Test func refusesEveryBeginningOfABlock() throws {
        let bytes = BlockCodec.encode(Samples.block("data", count: 5))
        for length in bytes.indices {
            let error = #expect(throws: StateError.self) { try BlockCodec.decode(Array(bytes[..<length])) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func refusesBytesAfterTheEnd() {
        let bytes = BlockCodec.encode(Samples.block("data", count: 5)) + [0]
        let error = #expect(throws: StateError.self) { try BlockCodec.decode(bytes) }
        #expect(error?.message.hasPrefix("A stored block of items is damaged: bytes follow its end.") == true)
    }

    @Test func refusesAVersionFromTheFuture() {
        var bytes = BlockCodec.encode(Samples.block("data", count: 5))
        bytes[0] = 2
        let error = #expect(throws: StateError.self) { try BlockCodec.decode(bytes) }
        #expect(error?.message.hasPrefix("A stored block of items is damaged: its version 2 is unknown.") == true)
    }

    @Test func survivesDamagedBytes() {
        var generator = SeededGenerator(seed: Self.seed)
        var refused = 0
        let whole = (0..<50).map { _ in BlockCodec.encode(Samples.hostileBlock(&generator, limit: 3)) }
        for round in 0..<50_000 {
            let bytes = Damage.apply(to: whole[round % whole.count], &generator)
            do {
                let block = try BlockCodec.decode(bytes)
                // What was accepted must be safe to use.
                var used = 0
                for item in block.items {
                    used += block.path(of: item).count + block.version(of: item).count
                    if !block.groups.isEmpty { used += block.group(of: item).utf8.count }
                    if !block.reasons.isEmpty { used += block.reason(of: item).utf8.count }
                }
                #expect(used >= 0)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 5000, "seed \(Self.seed): damage is hardly ever noticed")
    }

    @Test func survivesRandomBytes() {
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = [1] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            do {
                let block = try BlockCodec.decode(bytes)
                #expect(block.items.count <= bytes.count)
            } catch {
                #expect(error.code == .corrupt)
            }
        }
    }
}
