import Foundation
import HTTPTypes

/// `POST /cleanup/login`, as JSON or as a form.
struct Login: Decodable, Sendable {
    var token: String
    /// Of a form: which page is shown then, as the form says.
    var next: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case token, next }

    init(from decoder: any Decoder) throws {
        let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
        token = try members.decode(String.self, forKey: .token)
        next = try members.decodeIfPresent(String.self, forKey: .next)
    }

    /// Throws 400 unless there is a token, and nothing beside it and the page, each at most once.
    init(form body: [UInt8]) throws {
        let pairs = Self.pairs(body)
        let fields = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        guard let token = fields["token"], fields.count == pairs.count, fields.keys.allSatisfy(Self.isKnown) else {
            throw HTTPProblem(.badRequest, "The form must have the field token, at most next beside it, and each once.")
        }
        self.token = token
        next = fields["next"]
    }

    /// Which page a form wants, whatever else is wrong with it.
    static func next(ofForm body: [UInt8]) -> String? { pairs(body).first { $0.0 == "next" }?.1 }

    private static func isKnown(_ name: String) -> Bool { CodingKeys(rawValue: name) != nil }

    /// Source: `application/x-www-form-urlencoded` of the URL Standard. What cannot be decoded has an empty name.
    private static func pairs(_ body: [UInt8]) -> [(String, String)] {
        String(decoding: body, as: UTF8.self).split(separator: "&", omittingEmptySubsequences: false).map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard texts.count == 2, let name = texts[0], let value = texts[1] else { return ("", "") }
            return (name, value)
        }
    }
}
