import Retention
import Testing

@Suite struct GroupNameTests {
    /// File systems keep both names beside each other; to `String` they are equal.
    private static let names = ["caf\u{E9}", "cafe\u{301}"]

    @Test(arguments: [false, true])
    func eachOfTwoNamesThatLookAlikeKeepsItsOwnLastItem(inOneBlock: Bool) throws {
        let items = Self.names.enumerated().flatMap { number, name in
            (1...3).map { age in
                TestItem(path: "\(number)/\(age)", time: Instant(seconds: Int64(10 * age + number)), group: name)
            }
        }
        let blocks =
            inOneBlock
            ? [ItemBlock(place: "", items)]
            : [ItemBlock(place: "0", Array(items.prefix(3))), ItemBlock(place: "1", Array(items.suffix(3)))]
        let policy = Policy(keep: .init(counts: .init(last: 1)), hasMatch: true)
        let plan = try policy.plan(blocks, now: Instant(seconds: 1_000))
        let kept = plan.verdicts.filter { $0.value.verdict == .keep }.keys.sorted()
        #expect(kept == ["0/3", "1/3"])
        #expect(plan.verdicts.values.count { $0.verdict == .remove } == 4)
    }
}
