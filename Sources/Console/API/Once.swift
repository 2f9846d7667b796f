import Synchronization

/// A value that is made when it is first asked for, and is the same ever after: what everybody may ask for must cost
/// nothing.
final class Once<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)

    /// Throws what `make` throws; the next call tries again.
    func value(_ make: () throws -> Value) throws -> Value {
        try made.withLock { made in
            if let made { return made }
            let value = try make()
            made = value
            return value
        }
    }
}
