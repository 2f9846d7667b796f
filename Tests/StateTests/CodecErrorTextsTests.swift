import State
import Testing

/// What is wrong with stored blocks and results, to the letter.
@Suite struct CodecErrorTextsTests {
    /// An empty block up to its items: version, so many items, no place, no version of it, no groups, no reasons.
    private static func block(_ items: UInt8, names: UInt8 = 0, _ rest: [UInt8]) -> [UInt8] {
        [1, items, 0, 0, 0, 0, names] + rest
    }

    /// 65,536, which no length is.
    private static let tooMuch: [UInt8] = [0x80, 0x80, 0x04]

    private static let blocks: [([UInt8], String)] = [
        ([], "it ends early"), ([9], "its version 9 is unknown"), ([1, 5], "the number of items is out of range"),
        ([1] + [UInt8](repeating: 0xFF, count: 60), "a number is too long"), ([1, 0, 9], "a length is out of range"),
        ([1, 0, 0, 0, 1, 1, 0xFF], "a text is not UTF-8"), ([1, 0, 0, 0, 9], "a table's length is out of range"),
        (block(0, names: 9, []), "the length of names is out of range"), (block(0, [7]), "bytes follow its end"),
        (block(1, [3, 0, 0, 0, 0]), "an item has an unknown kind or verdict"),
        (block(1, [0] + tooMuch + [0, 0, 0]), "the length of a name is out of range"),
        (block(1, [0, 0] + tooMuch + [0, 0]), "the length of a version is out of range"),
        (block(1, [0x40, 0, 0] + tooMuch + [0, 0]), "a group is out of range"),
        (block(1, [0x80, 0, 0] + tooMuch + [0, 0]), "a reason is out of range"),
        (block(1, [0x20, 0, 0] + tooMuch + [0, 0]), "a hold is out of range"),
        (block(1, [0x80, 0, 0, 5, 0, 0]), "an item refers to a text that is not there"),
        (block(1, [0, 1, 0, 0, 0]), "a name is too long"),
        (block(1, names: 1, [0, 0, 0, 0, 0, 7]), "names and items do not match"),
    ]

    private static let advice = "Check the disk of the state store; plans that need it must be made anew."

    @Test(arguments: blocks)
    func aDamagedBlockIsSaidInWords(_ bytes: [UInt8], _ reason: String) {
        let error = #expect(throws: StateError.self) { try BlockCodec.decode(bytes) }
        #expect(error?.description == "A stored block of items is damaged: \(reason). \(Self.advice)")
    }

    private static let results: [([UInt8], String)] = [
        ([], "it ends early"), ([9], "their version 9 is unknown"), ([1, 5], "the number of results is out of range"),
        ([1, 1, 0x0F], "an outcome is unknown"), ([1, 1, 0x41, 1, 0x78], "the reason of a failure is unknown"),
        ([1, 0, 7], "bytes follow its end"),
    ]

    @Test(arguments: results)
    func damagedResultsAreSaidInWords(_ bytes: [UInt8], _ reason: String) {
        let error = #expect(throws: StateError.self) { try ResultCodec.decode(bytes) }
        #expect(error?.description == "Stored results of items are damaged: \(reason). \(Self.advice)")
    }
}
