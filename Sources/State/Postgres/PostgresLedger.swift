import Clients
package import Retention

/// Plans and outcomes: what was intended, and what became of it.
extension PostgresStateStore {
    package func append(_ blocks: [ItemBlock], to run: RunID) throws {
        // Encoded before the transaction, so that it is short.
        let encoded = blocks.map { (items: $0.items.count, bytes: BlockCodec.encode($0)) }
        try write { connection, attempt in
            let found = try requireRun(run, connection, locked: true)
            if attempt.isRepeat, try hasAppended(attempt, found.row, connection) { return }
            guard found.row.run.seal == nil, found.row.run.end == nil else { throw StateError.planIsClosed(run) }
            let first = try connection.query(
                "SELECT COALESCE(MAX(sequence) + 1, 0) FROM \(tables.block) WHERE run = $1",
                [.int(found.row.number)]
            ).first?.int(0)
            let start = Int(first ?? 0)
            let list = encoded.enumerated().map { (sequence: start + $0, items: $1.items, bytes: $1.bytes) }
            for chunk in PostgresChunk.split(list) {
                try connection.execute(
                    """
                    INSERT INTO \(tables.block) (run, token, sequence, items, bytes)
                    SELECT $1, $2, sequence, items, bytes FROM \(PostgresChunk.table(from: 3))
                    """,
                    [.int(found.row.number), .int(attempt.token)] + chunk.parameters
                )
            }
        }
    }

    private func hasAppended(_ attempt: Attempt, _ row: RunRow, _ connection: PostgresConnection) throws -> Bool {
        let rows = try connection.query(
            "SELECT 1 FROM \(tables.block) WHERE run = $1 AND token = $2 LIMIT 1",
            [.int(row.number), .int(attempt.token)]
        )
        return !rows.isEmpty
    }

    package func seal(_ run: RunID, tally: Tally) throws -> PlanSeal {
        // Read before the transaction, which then only has to see that nothing was added.
        let seal = try snapshot { connection in try digest(of: requireRun(run, connection).row, connection) }
        try write { connection, attempt in
            let found = try requireRun(run, connection, locked: true)
            if found.sealToken == attempt.token { return }
            let blocks = try connection.query(
                "SELECT COUNT(sequence) FROM \(tables.block) WHERE run = $1",
                [.int(found.row.number)]
            ).first?.int(0)
            guard found.row.run.seal == nil, found.row.run.end == nil, blocks == Int64(seal.blocks) else {
                throw StateError.cannotBeSealed(run)
            }
            try connection.execute(
                """
                UPDATE \(tables.run) SET seal_token = $2, seal_digest = $3, seal_blocks = $4, seal_items = $5,
                    examined = $6, remove = $7, compress = $8, keep = $9, planned_bytes = $10
                WHERE number = $1
                """,
                [
                    .int(found.row.number), .int(attempt.token), .text(seal.digest), .integer(seal.blocks),
                    .integer(seal.items), .integer(tally.examined), .integer(tally.remove), .integer(tally.compress),
                    .integer(tally.keep), .int(tally.removeBytes),
                ]
            )
        }
        return seal
    }

    @discardableResult
    package func verify(_ run: RunID) throws -> PlanSeal {
        try snapshot { connection in
            let row = try requireRun(run, connection).row
            let seal = try row.run.sealToVerify()
            guard try digest(of: row, connection) == seal else { throw row.run.altered }
            return seal
        }
    }

    package func blocks(of run: RunID, from sequence: Int, limit: Int) throws -> [StoredBlock] {
        try read { connection in
            let number = try requireRun(run, connection).row.number
            return try connection.query(
                """
                SELECT block.sequence, block.bytes, outcome.bytes
                FROM \(tables.block) AS block
                LEFT JOIN \(tables.outcome) AS outcome
                    ON outcome.run = block.run AND outcome.sequence = block.sequence
                WHERE block.run = $1 AND block.sequence >= $2 ORDER BY block.sequence LIMIT $3
                """,
                [.int(number), .integer(sequence), .integer(max(0, limit))]
            ).map { try Self.block($0) }
        }
    }

    private static func block(_ row: PostgresRow) throws -> StoredBlock {
        StoredBlock(
            sequence: Int(try row.int(0) ?? 0),
            block: try BlockCodec.decode(row.bytes(1) ?? []),
            results: try row.bytes(2).map { try ResultCodec.decode($0) }
        )
    }

    /// The outcomes of the last fraction of a second may be lost with the server: then the items are looked at, as after
    /// a crash of our own. What was intended is not, and `finish` makes all outcomes before it durable.
    package func record(_ results: [(sequence: Int, results: [ItemResult])], of run: RunID) throws {
        // The last of a place counts; in order, so that two calls cannot wait for each other.
        let last = Dictionary(results.map { ($0.sequence, $0.results) }, uniquingKeysWith: { $1 })
        let encoded = last.sorted { $0.key < $1.key }.map { sequence, results in
            (sequence: sequence, items: results.count, bytes: ResultCodec.encode(results))
        }
        let chunks = PostgresChunk.split(encoded)
        try write(.process) { connection, _ in
            let row = try requireRun(run, connection).row
            guard row.run.seal != nil else { throw StateError.hasNoOutcomes(run) }
            for chunk in chunks {
                try checkFit(chunk, run, row, connection)
                try connection.execute(
                    """
                    INSERT INTO \(tables.outcome) (run, sequence, bytes)
                    SELECT $1, sequence, bytes FROM \(PostgresChunk.table(from: 2))
                    ON CONFLICT (run, sequence) DO UPDATE SET bytes = excluded.bytes
                    """,
                    [.int(row.number)] + chunk.parameters
                )
            }
        }
    }

    /// Throws `.conflict` for results that are not as many as the items of their block.
    private func checkFit(
        _ chunk: PostgresChunk,
        _ run: RunID,
        _ row: RunRow,
        _ connection: PostgresConnection
    ) throws {
        let rows = try connection.query(
            """
            SELECT part.sequence, part.items, COALESCE(block.items, 0)
            FROM unnest($2::bigint[], $3::bigint[]) AS part(sequence, items)
            LEFT JOIN \(tables.block) AS block ON block.run = $1 AND block.sequence = part.sequence
            WHERE block.items IS DISTINCT FROM part.items ORDER BY part.sequence LIMIT 1
            """,
            [.int(row.number), .integers(chunk.sequences), .integers(chunk.items)]
        )
        guard let first = rows.first else { return }
        let numbers = try (0..<3).map { Int(try first.int($0) ?? 0) }
        throw StateError.doNotFit(run, sequence: numbers[0], items: numbers[2], results: numbers[1])
    }

    /// Blocks of a plan that are in memory at a time while it is read: some 4 MB.
    private static let blocksAtOnce = 64

    /// The digest of the plan as it is stored.
    private func digest(of row: RunRow, _ connection: PostgresConnection) throws -> PlanSeal {
        var digest = PlanDigest(of: row.run.record)
        var next: Int64 = .min
        while true {
            let rows = try connection.query(
                """
                SELECT sequence, items, bytes FROM \(tables.block) WHERE run = $1 AND sequence >= $2
                ORDER BY sequence LIMIT $3
                """,
                [.int(row.number), .int(next), .integer(Self.blocksAtOnce)]
            )
            for block in rows {
                let items = Int(try block.int(1) ?? 0)
                let bytes = try block.bytes(2) ?? []
                bytes.withUnsafeBytes { digest.add(block: $0, items: items) }
            }
            guard rows.count == Self.blocksAtOnce, let last = try rows.last?.int(0), last < .max else {
                return digest.seal()
            }
            next = last + 1
        }
    }
}
