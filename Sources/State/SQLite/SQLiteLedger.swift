import Foundation
import GRDB
package import Retention

/// Plans and outcomes: what was intended, and what became of it.
extension SQLiteStateStore {
    package func append(_ blocks: [ItemBlock], to run: RunID) throws {
        // Encoded before the transaction, so that it is short.
        let encoded = blocks.map { (items: $0.items.count, bytes: Data(BlockCodec.encode($0))) }
        try write { database in
            let row = try RunRow.require(run, in: database)
            guard row.run.seal == nil, row.run.end == nil else {
                throw StateError.planIsClosed(run)
            }
            var sequence =
                try Int.fetchOne(
                    database.cachedStatement(sql: "SELECT MAX(sequence) + 1 FROM block WHERE run = ?"),
                    arguments: [row.number]
                ) ?? 0
            let insert = try database.cachedStatement(
                sql: "INSERT INTO block (run, sequence, items, bytes) VALUES (?, ?, ?, ?)"
            )
            for block in encoded {
                try insert.execute(arguments: [row.number, sequence, block.items, block.bytes])
                sequence += 1
            }
        }
    }

    package func seal(_ run: RunID, tally: Tally) throws -> PlanSeal {
        // Read before the transaction, which then only has to see that nothing was added.
        let seal = try read { database in
            try Self.digest(of: RunRow.require(run, in: database), in: database)
        }
        try write(.power) { database in
            let row = try RunRow.require(run, in: database)
            let blocks = try Int.fetchOne(
                database,
                sql: "SELECT COUNT(*) FROM block WHERE run = ?",  // banned-ok: an index range, once a run
                arguments: [row.number]
            )
            guard row.run.seal == nil, row.run.end == nil, blocks == seal.blocks else {
                throw StateError.cannotBeSealed(run)
            }
            try database.execute(
                sql: """
                    UPDATE run SET seal_digest = ?, seal_blocks = ?, seal_items = ?, examined = ?, remove = ?,
                        compress = ?, keep = ?, planned_bytes = ?
                    WHERE number = ?
                    """,
                arguments: [
                    seal.digest, seal.blocks, seal.items, tally.examined, tally.remove, tally.compress, tally.keep,
                    tally.removeBytes, row.number,
                ]
            )
        }
        return seal
    }

    @discardableResult
    package func verify(_ run: RunID) throws -> PlanSeal {
        try read { database in
            let row = try RunRow.require(run, in: database)
            let seal = try row.run.sealToVerify()
            guard try Self.digest(of: row, in: database) == seal else { throw row.run.altered }
            return seal
        }
    }

    package func blocks(of run: RunID, from sequence: Int, limit: Int) throws -> [StoredBlock] {
        try read { database in
            let row = try RunRow.require(run, in: database)
            let statement = try database.cachedStatement(
                sql: """
                    SELECT block.sequence, block.bytes, outcome.bytes
                    FROM block LEFT JOIN outcome ON outcome.run = block.run AND outcome.sequence = block.sequence
                    WHERE block.run = ? AND block.sequence >= ? ORDER BY block.sequence LIMIT ?
                    """
            )
            let rows = try Row.fetchCursor(statement, arguments: [row.number, sequence, max(0, limit)])
            var blocks: [StoredBlock] = []
            while let next = try rows.next() { blocks.append(try Self.block(next)) }
            return blocks
        }
    }

    package func record(_ results: [(sequence: Int, results: [ItemResult])], of run: RunID) throws {
        let encoded = results.map { entry in
            (sequence: entry.sequence, items: entry.results.count, bytes: Data(ResultCodec.encode(entry.results)))
        }
        try write { database in
            let row = try RunRow.require(run, in: database)
            guard row.run.seal != nil else { throw StateError.hasNoOutcomes(run) }
            let find = try database.cachedStatement(sql: "SELECT items FROM block WHERE run = ? AND sequence = ?")
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO outcome (run, sequence, bytes) VALUES (?, ?, ?)
                    ON CONFLICT (run, sequence) DO UPDATE SET bytes = excluded.bytes
                    """
            )
            for entry in encoded {
                let items = try Int.fetchOne(find, arguments: [row.number, entry.sequence])
                guard items == entry.items else {
                    throw StateError.doNotFit(run, sequence: entry.sequence, items: items ?? 0, results: entry.items)
                }
                try insert.execute(arguments: [row.number, entry.sequence, entry.bytes])
            }
        }
    }

    /// The digest of the plan as it is stored.
    private static func digest(of row: RunRow, in database: Database) throws -> PlanSeal {
        var digest = PlanDigest(of: row.run.record)
        let statement = try database.cachedStatement(
            sql: "SELECT sequence, items, bytes FROM block WHERE run = ? ORDER BY sequence"
        )
        let rows = try Row.fetchCursor(statement, arguments: [row.number])
        while let next = try rows.next() {
            let items: Int = try next.decode(atIndex: 1)
            try next.withUnsafeData(atIndex: 2) { data in
                (data ?? Data()).withUnsafeBytes { digest.add(block: $0, items: items) }
            }
        }
        return digest.seal()
    }

    private static func block(_ row: Row) throws -> StoredBlock {
        StoredBlock(
            sequence: try row.decode(atIndex: 0),
            block: try row.withUnsafeData(atIndex: 1) { data in
                try (data ?? Data()).withUnsafeBytes { try BlockCodec.decode($0) }
            },
            results: try row.withUnsafeData(atIndex: 2) { data in
                try data.map { try $0.withUnsafeBytes { try ResultCodec.decode($0) } }
            }
        )
    }
}
