import Clients
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// How documents are written and read: members in `snake_case`, sorted.
enum JSONForm {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    static func answer(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status,
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: try encode(value)))
        )
    }

    /// Throws 400 with the path of the member that is wrong.
    static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws -> Value {
        do {
            // Foundation takes what is no JSON, such as a comma behind the last member.
            try JSONText.check(body)
        } catch let fault as JSONFault {
            throw HTTPProblem(.badRequest, "The body is not valid JSON: \(fault.finding), at byte \(fault.offset).")
        }
        if let name = RepeatedMember.first(in: body) {
            throw HTTPProblem(.badRequest, "The member \(name) is there twice; name it once.", member: name)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in MemberName(path[path.count - 1].stringValue) }
        do {
            return try decoder.decode(type, from: Data(body))
        } catch let error as DecodingError {
            throw problem(error, in: body)
        }
    }

    private static func problem(_ error: DecodingError, in body: [UInt8]) -> HTTPProblem {
        switch error {
        case .keyNotFound(let key, let context):
            wrong(context.codingPath + [key], "is missing")
        case .valueNotFound(_, let context):
            wrong(context.codingPath, "must not be null")
        case .typeMismatch(let type, let context):
            wrong(context.codingPath, "is not \(words(for: type))")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            // It is JSON: that was read strictly. Of these two Foundation says the same, and not where they are.
            JSONStrings.areWhole(in: body)
                ? HTTPProblem(.badRequest, "The body has a number that is not a whole one, or too large.")
                : HTTPProblem(.badRequest, #"The body has an escape for half of a character, such as \ud800."#)
        case .dataCorrupted(let context):
            wrong(context.codingPath, MemberName.snake(context.debugDescription))
        @unknown default:
            HTTPProblem(.badRequest, "The body is not what this call takes.")
        }
    }

    private static func wrong(_ path: [any CodingKey], _ what: String) -> HTTPProblem {
        let name = path.map { $0.intValue.map(String.init) ?? MemberName.wire($0) }.joined(separator: ".")
        let shown = Printable.text(name, most: 200)
        if shown.isEmpty { return HTTPProblem(.badRequest, "The body \(what).") }
        return HTTPProblem(.badRequest, "\(shown) \(Printable.text(what, most: 300)).", member: shown)
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is String.Type: "a text"
        case is any BinaryInteger.Type: "a whole number in range"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type: "a list"
        default: "\(type)".hasPrefix("Array<") ? "a list" : "an object"
        }
    }
}

/// A member as Swift names it; the wire has `snake_case` only, so `dryRun` is unknown there.
private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ wire: String) {
        let parts = wire.split(separator: "_", omittingEmptySubsequences: false)
        // `dry__run` and `dry_run_` must not be other names of `dry_run`.
        guard !wire.contains(where: \.isUppercase), !parts.contains(where: \.isEmpty) else {
            stringValue = Self.foreign + wire
            return
        }
        stringValue = parts.dropFirst().reduce(String(parts[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// Before names that are none of ours, so that no decoder knows them.
    private static let foreign = "\u{0}"

    /// A name as the body has it.
    static func wire(_ key: any CodingKey) -> String {
        key.stringValue.hasPrefix(foreign) ? String(key.stringValue.dropFirst()) : snake(key.stringValue)
    }

    /// The words of a text as the wire has them.
    static func snake(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            let isHump = character.isUppercase && result.last?.isLowercase == true
            result += isHump ? "_" + character.lowercased() : String(character)
        }
    }
}
