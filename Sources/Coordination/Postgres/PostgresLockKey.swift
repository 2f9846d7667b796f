/// The two numbers of an advisory lock, from a hash of the state's schema and the lock's name that never changes.
struct PostgresLockKey: Hashable, Sendable {
    /// As pg_locks shows them: `classid` and `objid`.
    let classID: UInt32
    let objectID: UInt32

    /// FNV-1a of 64 bits: even a thousand locks share a number once in 10^13.
    init(schema: String, lock: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in Array("cleanupd".utf8) + [0] + Array(schema.utf8) + [0] + Array(lock.utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        classID = UInt32(hash >> 32)
        objectID = UInt32(truncatingIfNeeded: hash)
    }
}
