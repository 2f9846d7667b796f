import Retention
import Synchronization

/// The keys under which this process makes copies at the moment, each for one file.
///
/// Of two files with one key, as `a.log` and `a.log.gz`, neither would see the other's copy before it is there. Where the
/// server heeds no conditions, the later copy would take the place of the earlier one, whose file has gone by then.
enum KeysInTheMaking {
    /// Of whole buckets, because several connections may lead to one. By bytes: different bytes can be equal strings.
    private static let keys = Mutex<Set<[UInt8]>>([])

    /// Does something while no other file has the key.
    /// - Throws: if one has, and what `body` throws.
    static func alone<Value>(
        with key: String,
        in server: ObjectsServer,
        _ body: () throws(CopyRefusal) -> Value
    ) throws(CopyRefusal) -> Value {
        let name = Array("\(server.server) \(key)".utf8)
        guard keys.withLock({ $0.insert(name).inserted }) else {
            let place = "\(DisplayName.printable(key.utf8)) in \(server.name)"
            throw CopyRefusal(.conflict, "its copy would be \(place), as that of another file which is copied now")
        }
        defer { keys.withLock { _ = $0.remove(name) } }
        return try body()
    }
}
