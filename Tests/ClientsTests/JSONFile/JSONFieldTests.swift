import Testing

@testable import Clients

/// Pointers, fields and entries.
struct JSONFieldTests {
    private static let entry = """
        {"s":"a\\u00e9","n":1.50,"z":null,"l":["x",2,null],"o":{"a/b":{"~":"deep"}},"t":true,"e":[{"i":"second"}],
         "twice":1,"tw\\u0069ce":2,"half":"\\ud800","mixed":["a",{}]}
        """

    private static func field(_ name: String) throws -> JSONField {
        let pointer = try #require(JSONPointer(field: name))
        return Array(entry.utf8).withUnsafeBytes { JSONField.find(pointer.tokens[...], in: $0) }
    }

    @Test(
        arguments: [
            ("s", .string("aé")), ("/s", .string("aé")), ("n", .number("1.50")), ("z", .null),
            ("l", .list(["x", "2"])),
            ("/o/a~1b/~0", .string("deep")), ("/e/0/i", .string("second")), ("/e/1/i", .absent), ("/e/00/i", .absent),
            ("missing", .absent), ("/s/x", .absent), ("t", .unreadable), ("o", .unreadable), ("twice", .unreadable),
            ("half", .unreadable), ("mixed", .unreadable), ("o/a", .absent),
        ] as [(String, JSONField)]
    )
    func fieldIsWhatStandsThere(_ name: String, _ value: JSONField) throws {
        #expect(try Self.field(name) == value)
    }

    @Test(arguments: ["a", "a/b", "/~", "/~2", "/a~"])
    func textThatIsNoPointerIsRefused(_ text: String) { #expect(JSONPointer(text) == nil) }

    @Test(arguments: [
        ("[1]", "/a", 0, "leads nowhere"), ("{\"a\":1}", "/b", 0, "leads nowhere"),
        ("{\"a\":{},\"\\u0061\":{}}", "/a", 17, "leads to this place and to one before it"),
        ("{\"a\":1}", "/a", 5, "neither an object nor an array"),
        ("{\"a\":[1,]}", "/a", 8, "stands where a value should"),
        ("{\"a\":{}", "/a", 7, "the text ends"),
    ])
    func faultSaysWhere(_ text: String, _ pointer: String, _ offset: Int, _ finding: String) throws {
        let entries = JSONEntries(pointer: try #require(JSONPointer(pointer)))
        let fault = #expect(throws: JSONFault.self) {
            try Array(text.utf8).withUnsafeBytes { try entries.scan(JSONScanner($0)) { _ in } }
        }
        #expect(fault?.offset == offset)
        #expect(fault?.finding.contains(finding) == true, "\(fault?.finding ?? "")")
    }

    @Test func entriesAreFoundInAnyPieces() throws {
        let text = Array("\u{FEFF} {\"x\":[0], \"t\": {\"a\" : 1 ,\n\"b\":{\"c\":[ ]}}, \"y\": 2}".utf8)
        for size in [1, 3, 1000] {
            var rest = text[...]
            var found: [String] = []
            let scanner = JSONScanner { memory in
                let piece = rest.prefix(min(size, memory.count))
                memory.copyBytes(from: piece)
                rest = rest.dropFirst(piece.count)
                return piece.count
            }
            try JSONEntries(pointer: try #require(JSONPointer("/t"))).scan(scanner) { entry in
                found.append(
                    String(decoding: entry.bytes, as: UTF8.self) + "|" + String(decoding: entry.value, as: UTF8.self)
                )
                #expect(Array(text[entry.range]) == Array(entry.bytes))
            }
            #expect(found == ["\"a\" : 1|1", "\"b\":{\"c\":[ ]}|{\"c\":[ ]}"])
        }
    }
}
