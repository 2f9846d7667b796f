import Foundation
import Retention
import Support
import Testing

@testable import Stores

@Suite("References: names in little memory")
struct NameHashesTests {
    @Test func aSetHoldsWhatItWasGivenAndNothingElse() {
        var random = SeededGenerator(seed: 815)
        for round in 0..<40 {
            let seed = random.state
            let names = (0..<Int.random(in: 0...3000, using: &random)).map { _ in
                (0..<Int.random(in: 0...6, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            var builder = NameHashesBuilder()
            for name in names { builder.append(name) }
            #expect(builder.count == names.count)
            let set = builder.finish()
            #expect(set.count == Set(names).count, "round \(round), seed \(seed)")
            #expect(names.allSatisfy { set.contains($0) && set.contains($0[...]) }, "round \(round), seed \(seed)")
            let others = names.map { $0 + [7] }.filter { !names.contains($0) }
            #expect(!others.contains { set.contains($0) }, "round \(round), seed \(seed)")
        }
    }

    @Test func numbersAreSortedWhateverTheirOrder() {
        var random = SeededGenerator(seed: 99)
        for limit in [1, 3, 300, UInt64(UInt16.max), .max] {
            for count in [0, 1, 2, 31, 32, 33, 1000, 20_000] {
                var numbers = (0..<count).map { _ in UInt64.random(in: 0...limit, using: &random) }
                let sorted = numbers.sorted()
                numbers.withUnsafeMutableBufferPointer { RadixSort.sort($0) }
                #expect(numbers == sorted, "\(count) numbers up to \(limit), seed 99")
            }
        }
    }

    @Test func eachSetHasAKeyOfItsOwn() {
        func set(_ name: [UInt8]) -> NameHashes {
            var builder = NameHashesBuilder()
            builder.append(name)
            return builder.finish()
        }
        #expect("\(set([1, 2, 3]))" != "\(set([1, 2, 3]))")
    }
}
