/// `POST /api/cleanup/client-report`: what a run of the browser module did. Nothing in it names a person.
package struct ClientReport: Decodable, Sendable, Equatable {
    /// What the numbers are reported as: 1 to 64 letters, digits, dots, hyphens and underscores.
    package var app: String
    package var sessionsCleared: Int64
    package var bytesFreed: Int64
    package var errors: Int64
    /// What is used of what may be; 0 or absent = not known.
    package var storageUsedBytes: Int64?
    package var storageQuotaBytes: Int64?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case app, sessionsCleared, bytesFreed, errors, storageUsedBytes, storageQuotaBytes
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
        app = try members.decode(String.self, forKey: .app)
        let isName = app.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isName, (1...64).contains(app.utf8.count) else {
            throw DecodingError.dataCorruptedError(
                forKey: .app,
                in: members,
                debugDescription: "must be 1 to 64 letters, digits, dots, hyphens and underscores"
            )
        }
        sessionsCleared = try members.count(.sessionsCleared)
        bytesFreed = try members.count(.bytesFreed)
        errors = try members.count(.errors)
        storageUsedBytes = members.contains(.storageUsedBytes) ? try members.count(.storageUsedBytes) : nil
        storageQuotaBytes = members.contains(.storageQuotaBytes) ? try members.count(.storageQuotaBytes) : nil
    }
}

extension KeyedDecodingContainer {
    /// A whole number that JavaScript can hold exactly: 0 to 2^53.
    fileprivate func count(_ key: Key) throws -> Int64 {
        let value = try decode(Int64.self, forKey: key)
        guard (0...9_007_199_254_740_992).contains(value) else {
            throw DecodingError.dataCorruptedError(
                forKey: key,
                in: self,
                debugDescription: "must be a whole number from 0 to 9007199254740992"
            )
        }
        return value
    }
}
