import Console
import Engine
import Retention

/// The lines of one block's items, as bytes.
struct ItemLines {
    private(set) var bytes: [UInt8] = []
    private let block: ItemBlock
    private let format: Listing.Format
    private let itemName: TaskDefinition.ItemName?
    /// Everything before the item's name, which is the same for all items of a block.
    private let start: String
    /// The place and a slash, already escaped.
    private let place: [UInt8]

    init(block: ItemBlock, task: String, format: Listing.Format, itemName: TaskDefinition.ItemName? = nil) {
        self.block = block
        self.format = format
        self.itemName = itemName
        bytes.reserveCapacity(block.items.count * 160)
        start = "{\"task\":\(JSONString.quoted(task)),\"item\":\""
        let path = block.place.isEmpty ? [] : block.place + [UInt8(ascii: "/")]
        place = Self.escaped(path[...], format)
    }

    mutating func append(_ item: Item, _ result: ItemResult?) {
        switch format {
        case .json: appendObject(item, result)
        case .table: appendRow(item, result)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func appendObject(_ item: Item, _ result: ItemResult?) {
        append(start)
        appendPath(item)
        bytes.append(UInt8(ascii: "\""))
        if let name = itemName?(item, block) { append(",\"name\":\(JSONString.quoted(name))") }
        append(",\"verdict\":\"\(item.verdict.word)\",\"reason\":")
        append(JSONString.quoted(block.reason(of: item)))
        append(",\"bytes\":\(item.size),\"time\":\"")
        append(Timestamp.format(item.time))
        bytes.append(UInt8(ascii: "\""))
        let group = block.group(of: item)
        if !group.isEmpty { append(",\"group\":\(JSONString.quoted(group))") }
        if let result {
            append(",\"outcome\":\"\(result.outcome.word)\"")
            if let detail = result.detail { append(",\"detail\":\(JSONString.quoted(detail))") }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func appendRow(_ item: Item, _ result: ItemResult?) {
        let word = result?.outcome.word ?? item.verdict.word
        append(word)
        let size = Words.bytes(item.size)
        spaces(11 - word.utf8.count + 2 + 10 - size.utf8.count)
        append(size)
        append("  ")
        append(Timestamp.format(item.time))
        append("  ")
        appendPath(item)
        if let name = itemName?(item, block) { append("  \(DisplayName.printable(name.utf8))") }
        append("  (")
        append(result?.detail ?? block.reason(of: item))
        bytes.append(UInt8(ascii: ")"))
    }

    private mutating func appendPath(_ item: Item) {
        let name = block.name(of: item)
        if Self.isPlain(name), Self.isPlain(block.place[...]) {
            bytes.append(contentsOf: place)
            bytes.append(contentsOf: name)
        } else {
            bytes.append(contentsOf: Self.escaped(block.path(of: item)[...], format))
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func spaces(_ count: Int) {
        for _ in 0..<max(1, count) { bytes.append(UInt8(ascii: " ")) }
    }

    /// Printable ASCII without what JSON escapes: most names.
    private static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    private static func escaped(_ bytes: ArraySlice<UInt8>, _ format: Listing.Format) -> [UInt8] {
        switch format {
        case .json: Array(JSONString.quoted(DisplayName.exact(bytes)).utf8.dropFirst().dropLast())
        case .table: Array(DisplayName.printable(bytes).utf8)
        }
    }
}
