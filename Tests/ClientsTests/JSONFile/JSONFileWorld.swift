import Foundation
import Support

@testable import Clients

/// A JSON file in a folder of its own.
struct JSONFileWorld: Sendable {
    let folder: TemporaryFolder
    let path: String

    init(_ text: String = "{}") throws {
        folder = try TemporaryFolder()
        path = folder.file("tokens.json")
        try write(text)
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    var text: String { get throws { try String(contentsOfFile: path, encoding: .utf8) } }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() } }

    /// Removes the members whose names `isGoing` takes.
    /// - Returns: how many they were.
    @discardableResult
    func remove(pointer: String = "", needsRoom: Bool = false, isGoing: (String) -> Bool) throws -> Int {
        let place = try JSONFilePlace(path: path)
        let pointer = JSONPointer(pointer) ?? JSONPointer(field: "")
        guard let pointer else { throw SupportError("no pointer") }
        let rewriter = JSONFileRewriter(place, pointer: pointer, run: "019ab3c4d5e6-0f1e2d3c4b5a")
        var next: Int32 = 0
        try rewriter.remove(
            isCancelled: { false },
            needsRoom: needsRoom,
            start: { next = 0 },
            look: { entry, _ in
                guard case .text(let name) = entry.name, isGoing(String(decoding: name, as: UTF8.self)) else {
                    return nil
                }
                next += 1
                return next
            },
            decide: { tokens, _ in Set(tokens) }
        )
        return Int(next)
    }

    func sweep() throws -> JSONPartSweep { try JSONPartSweep(try JSONFilePlace(path: path), before: .max) }

    /// Names of members, by Foundation.
    var members: Set<String> {
        get throws {
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            return Set((object as? [String: Any] ?? [:]).keys)
        }
    }
}

/// JSON text as hostile as the grammar allows, and sometimes more.
struct JSONTextMaker {
    var random: SeededGenerator

    mutating func value(_ depth: Int = 0) -> String {
        switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &random) {
        case 0: return random.pick(["true", "false", "null"])
        case 1: return number()
        case 2, 3: return string()
        case 4: return "[" + list { $0.value(depth + 1) } + "]"
        default: return "{" + list { $0.string() + $0.space() + ":" + $0.space() + $0.value(depth + 1) } + "}"
        }
    }

    mutating func list(_ piece: (inout JSONTextMaker) -> String) -> String {
        let pieces = (0..<Int.random(in: 0..<5, using: &random)).map { _ in space() + piece(&self) + space() }
        return pieces.isEmpty ? space() : pieces.joined(separator: ",")
    }

    mutating func space() -> String { random.pick(["", "", "", " ", "\n  ", "\t", "\r\n", "  \n\t "]) }

    mutating func number() -> String {
        random.pick([
            "0", "-0", "1", "-12", "3.25", "1e5", "1E+2", "2.5e-3", "123456789012345678901234567890", "0.1000",
            "1700000000.123456789",
        ])
    }

    mutating func string() -> String {
        let parts = [
            "a", "key", "é", "漢", "😀", "\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u00e9", "\\ud83d\\ude00", " ", ",",
            "}", "]",
            ":", "\u{7F}", "\u{2028}", "'",
        ]
        return "\"" + (0..<Int.random(in: 0..<4, using: &random)).map { _ in random.pick(parts) }.joined() + "\""
    }

    /// The text with some bytes replaced, left out or put in.
    mutating func damaged(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            let byte = random.pick(Array("{}[]\",:0123.eE+-\\ut\n ".utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xED, 0xF5])
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = byte
            case 1: bytes.remove(at: index)
            default: bytes.insert(byte, at: index)
            }
        }
        return bytes
    }
}

/// What our scanner says to a text that comes in pieces.
func isSound(_ text: [UInt8], pieces: Int = 1 << 20) -> Bool {
    var rest = text[...]
    let scanner = JSONScanner { memory in
        let piece = rest.prefix(min(pieces, memory.count))
        memory.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
    do {
        try scanner.skipSpace()
        try scanner.skipValue(depth: 0)
        try scanner.skipSpace()
        return try scanner.peek() == nil
    } catch {
        return false
    }
}
