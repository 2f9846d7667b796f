@testable import Clients

/// A JSON file of records: the first byte says which of them go, the second how the file comes in pieces; then a line
/// with the pointer, and the text.
enum RecordsFuzz {
    private struct Entry: Equatable {
        var name: JSONEntry.Name
        var bytes: [UInt8]
    }

    static let target = FuzzTarget("records", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let mask = input.byte()
        let piece = Int(input.byte() % 16) + 1
        let path = input.textLine()
        let text = Array(input.rest)
        guard let pointer = JSONPointer(path) else { return }
        let entries = JSONEntries(pointer: pointer)
        var cuts = JSONCuts()
        let whole = scan(entries, text, cuts: &cuts, mask: mask)
        try require(inPieces(entries, text, piece) == whole, "a text in pieces is another text")
        guard case .success(let found) = whole else { return }
        let (ranges, sum) = cuts.ranges(of: Set(cuts.candidates.map(\.token)))
        var rest = text
        for range in ranges.reversed() { rest.removeSubrange(range) }
        var none = JSONCuts()
        guard case .success(let left) = scan(entries, rest, cuts: &none, mask: 0) else {
            throw FuzzFinding("what is left when records go is no JSON")
        }
        let expected = found.indices.filter { !goes($0, mask) }.map { found[$0] }
        try require(left == expected, "other records go than those that should")
        try require(none.sum == sum, "the sum of what is left is wrong")
    }

    private static func goes(_ index: Int, _ mask: UInt8) -> Bool { mask >> UInt8(index % 8) & 1 == 1 }

    private static func scan(
        _ entries: JSONEntries,
        _ text: [UInt8],
        cuts: inout JSONCuts,
        mask: UInt8
    ) -> Result<[Entry], FaultyText> {
        text.withUnsafeBytes { text in
            var index = 0
            return collected(entries, JSONScanner(text)) { entry in
                cuts.add(entry, entry.digest, token: goes(index, mask) ? Int32(index) : nil)
                index += 1
                // Whatever a field is, it is read without harm.
                for field in ["a", "/0", "/a/b"] { _ = JSONPointer(field: field).map(entry.field) }
            }
        }
    }

    private static func inPieces(_ entries: JSONEntries, _ text: [UInt8], _ size: Int) -> Result<[Entry], FaultyText> {
        var rest = text[...]
        let scanner = JSONScanner { buffer in
            let piece = rest.prefix(min(size, buffer.count))
            rest = rest.dropFirst(piece.count)
            buffer.copyBytes(from: piece)
            return piece.count
        }
        return collected(entries, scanner) { _ in }
    }

    private static func collected(
        _ entries: JSONEntries,
        _ scanner: JSONScanner,
        _ body: (JSONEntry) -> Void
    ) -> Result<[Entry], FaultyText> {
        var found: [Entry] = []
        do {
            try entries.scan(scanner) { entry in
                body(entry)
                found.append(Entry(name: entry.name, bytes: Array(entry.bytes)))
            }
            return .success(found)
        } catch {
            return .failure(FaultyText(words: "\(error)"))
        }
    }

    private struct FaultyText: Error, Equatable { var words: String }
}
