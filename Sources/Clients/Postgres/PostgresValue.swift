/// A parameter of a statement, with the type that the server is told.
package enum PostgresValue: Sendable, Hashable {
    /// The server infers the type.
    case null
    case bool(Bool)
    /// int8.
    case int(Int64)
    /// float8.
    case double(Double)
    case text(String)
    /// timestamptz: microseconds since 1970-01-01T00:00:00Z; `.max` and `.min` are infinity and -infinity.
    case timestamp(Int64)
    /// int8[], in one dimension.
    case integers([Int64])
    /// text[], in one dimension.
    case texts([String])
    /// bytea.
    case bytes([UInt8])
    /// Text from which the server infers the type: for columns of any type, as keys are.
    case inferred(String)
}

/// The types of PostgreSQL that have a meaning here, by their numbers in pg_type, which never change.
enum PostgresType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let tid: UInt32 = 27
    static let json: UInt32 = 114
    static let float8: UInt32 = 701
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let date: UInt32 = 1082
    static let timestamp: UInt32 = 1114
    static let timestamptz: UInt32 = 1184

    /// Those whose binary form can be read here and be told as the very text that the server would send.
    static let binary: Set<UInt32> = [
        bool, bytea, name, int8, int2, int4, text, oid, tid, json, bpchar, varchar, date, timestamp, timestamptz,
    ]
}
