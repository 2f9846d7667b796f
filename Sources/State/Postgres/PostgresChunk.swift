import Clients

/// Many byte strings in few statements: joined into one parameter, which the server cuts up again.
///
/// One statement for each would cost a round trip each; one statement with many parameters would be parsed each time.
struct PostgresChunk {
    /// Place of each string in its plan.
    private(set) var sequences: [Int64] = []
    private(set) var items: [Int64] = []
    /// Where each string begins, counted from 1 as SQL does, and its length.
    private var starts: [Int64] = []
    private var lengths: [Int64] = []
    private var bytes: [UInt8] = []

    /// Bytes of one statement, all copies of which fit into memory anywhere.
    private static let limit = 4 << 20

    /// Cuts a list into chunks, in order; a string that is longer than the limit has a chunk of its own.
    static func split(_ list: [(sequence: Int, items: Int, bytes: [UInt8])]) -> [PostgresChunk] {
        var chunks: [PostgresChunk] = []
        var chunk = PostgresChunk()
        for entry in list {
            if !chunk.sequences.isEmpty, chunk.bytes.count + entry.bytes.count > limit {
                chunks.append(chunk)
                chunk = PostgresChunk()
            }
            chunk.starts.append(Int64(chunk.bytes.count + 1))
            chunk.lengths.append(Int64(entry.bytes.count))
            chunk.sequences.append(Int64(entry.sequence))
            chunk.items.append(Int64(entry.items))
            chunk.bytes += entry.bytes
        }
        return chunk.sequences.isEmpty ? chunks : chunks + [chunk]
    }

    /// A table with the columns `sequence`, `items` and `bytes`, whose parameters begin with this number.
    static func table(from first: Int) -> String {
        """
        (SELECT sequence, items, substring($\(first + 4)::bytea FROM start::integer FOR length::integer) AS bytes
            FROM unnest($\(first)::bigint[], $\(first + 1)::bigint[], $\(first + 2)::bigint[], $\(first + 3)::bigint[])
                AS part(sequence, items, start, length)) AS chunk
        """
    }

    /// What `table` wants.
    var parameters: [PostgresValue] {
        [.integers(sequences), .integers(items), .integers(starts), .integers(lengths), .bytes(bytes)]
    }
}
