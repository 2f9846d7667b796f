/// A part of a listing.
package struct S3Page<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Where the next page begins; `nil`: this is the last one.
    package let next: S3Position?

    /// - Parameters: see the properties.
    package init(elements: [Element], next: S3Position?) {
        self.elements = elements
        self.next = next
    }
}

/// Where a listing goes on; means something to the listing that gave it only.
package struct S3Position: Sendable, Equatable {
    /// What is sent to the server: one of the two, or both.
    let marker: Marker
    private var watch: Watch

    /// What the server gave to go on with.
    enum Marker: Sendable, Equatable {
        case token(String)
        /// - Parameters:
        ///   - key: `nil`: only the other one is sent.
        ///   - second: of versions or uploads; `nil`: the key alone.
        case keys(key: String?, second: String?)

        /// By bytes: two keys may mean the same letters by different bytes, one directly behind the other.
        static func == (left: Marker, right: Marker) -> Bool {
            switch (left, right) {
            case (.token(let one), .token(let other)): one.utf8.elementsEqual(other.utf8)
            case (.keys(let key, let second), .keys(let otherKey, let otherSecond)):
                key.map { Array($0.utf8) } == otherKey.map { Array($0.utf8) }
                    && second.map { Array($0.utf8) } == otherSecond.map { Array($0.utf8) }
            case (.token, .keys), (.keys, .token): false
            }
        }
    }

    /// Sees that a listing goes round in circles, whatever their length, without keeping all that it gave: Brent's
    /// algorithm (BIT 20, 1980) compares with one marker, which moves on after 1, 2, 4, 8 … pages.
    private struct Watch: Sendable, Equatable {
        var anchor: Marker
        var steps = 0
        var limit = 1
    }

    /// Of a listing of objects: behind this key, in the server's order, whether it is there or not.
    package static func behind(key: String) -> S3Position { S3Position(.keys(key: key, second: nil)) }

    init(_ marker: Marker) {
        self.marker = marker
        watch = Watch(anchor: marker)
    }

    /// The position behind this one.
    /// - Returns: `nil` if the listing was there before.
    func followed(by next: Marker) -> S3Position? {
        guard next != marker, next != watch.anchor else { return nil }
        var position = self
        position.watch.steps += 1
        if position.watch.steps == watch.limit {
            position.watch = Watch(anchor: next, limit: watch.limit * 2)
        }
        return S3Position(next, position.watch)
    }

    private init(_ marker: Marker, _ watch: Watch) {
        self.marker = marker
        self.watch = watch
    }
}
