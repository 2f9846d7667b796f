import Retention

extension Decoder {
    /// The members of an object, none of which may be unknown: a misspelt switch must not be ignored silently.
    func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue).sorted()
        for key in try container(keyedBy: AnyName.self).allKeys where !known.contains(key.stringValue) {
            let rest = EditDistance.known(known, insteadOf: key.stringValue)
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [key],
                    debugDescription: "is not known here\(rest)"
                )
            )
        }
        return try container(keyedBy: Key.self)
    }
}

/// Any member's name.
private struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
