import GRDB
import GRDBSQLite

/// A way of ours to compare texts, for statements of one connection that ask for it by name.
package struct SQLiteCollation: Sendable {
    package let name: String
    fileprivate let compare: @Sendable (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Int

    /// - Parameter compare: below 0 if the left text comes first, 0 if both are equal.
    package init(
        _ name: String,
        compare: @escaping @Sendable (_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int
    ) {
        self.name = name
        self.compare = compare
    }
}

extension SQLiteConnection {
    private final class CollationBox {
        let collation: SQLiteCollation

        init(_ collation: SQLiteCollation) {
            self.collation = collation
        }
    }

    /// Makes a collation known to the statements of this connection.
    package func add(_ collation: SQLiteCollation) throws {
        try perform(isCancelled: { false }) { database in
            let box = Unmanaged.passRetained(CollationBox(collation))
            let code = sqlite3_create_collation_v2(
                database.sqliteConnection,
                collation.name,
                SQLITE_UTF8,
                box.toOpaque(),
                { data, leftLength, left, rightLength, right in
                    guard let data else { return 0 }
                    let box = Unmanaged<CollationBox>.fromOpaque(data).takeUnretainedValue()
                    let order = box.collation.compare(
                        UnsafeRawBufferPointer(start: left, count: Int(leftLength)),
                        UnsafeRawBufferPointer(start: right, count: Int(rightLength))
                    )
                    return Int32(order.signum())
                },
                { data in
                    if let data { Unmanaged<CollationBox>.fromOpaque(data).release() }
                }
            )
            guard code == SQLITE_OK else {
                // Unlike functions, collations that are refused are not released by SQLite (SQLITE_BUSY, SQLITE_NOMEM).
                box.release()
                throw failure.unadded(collation: collation.name, code)
            }
        }
    }
}
