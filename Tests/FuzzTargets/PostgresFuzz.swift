@testable import Clients

/// Values as PostgreSQL sends them: the first byte says of which type, the second whether in binary.
enum PostgresFuzz {
    private static let types = [
        PostgresType.bool, PostgresType.int2, PostgresType.int4, PostgresType.int8, PostgresType.oid,
        PostgresType.tid, PostgresType.timestamptz, PostgresType.timestamp, PostgresType.date, PostgresType.bytea,
        PostgresType.text, PostgresType.varchar, PostgresType.float8,
    ]

    static let target = FuzzTarget("postgres", longest: 256) { bytes in
        var input = FuzzInput(bytes)
        let type = types[Int(input.byte()) % types.count]
        let isBinary = input.byte() & 1 == 1
        let value = Array(input.rest)
        try value.withUnsafeBufferPointer { bytes in
            let cell = PostgresCell(type: type, isBinary: isBinary, bytes: bytes)
            try check(cell, bytes)
        }
        try checkServerTime(Int64(bitPattern: input.number()))
    }

    private static func check(_ cell: PostgresCell, _ bytes: UnsafeBufferPointer<UInt8>) throws {
        let text = cell.text()
        _ = cell.bool()
        if let number = cell.int(), cell.isBinary, let text, cell.type != PostgresType.text {
            try require(Int64(text) == number, "\(number) is written as \(text)")
        }
        if let time = cell.timestamp(), let text, cell.isBinary, PostgresType.binary.contains(cell.type) {
            var written = text
            let again = written.withUTF8 { PostgresTimeParser.unix($0) }
            try require(again == time, "the time \(time) is written as \(text)")
        }
        if let data = cell.bytea(), cell.isBinary, var written = text {
            let again = written.withUTF8 { bytes in
                PostgresCell(type: PostgresType.bytea, isBinary: false, bytes: bytes).bytea()
            }
            try require(again == data, "bytes are not themselves")
        }
    }

    private static func checkServerTime(_ unix: Int64) throws {
        let server = PostgresTime.server(fromUnix: unix)
        let again = PostgresTime.unix(fromServer: server)
        try require(again == unix || server == .min + 1, "\(unix) comes back as \(again)")
    }
}
