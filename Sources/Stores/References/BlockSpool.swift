package import Retention

/// Holds the blocks of a scan until it has ended; memory does not grow with their number.
package protocol BlockSpool: Sendable {
    /// Appends a block; thread-safe.
    func append(_ block: ItemBlock) throws

    /// Hands every block to `body`, in the order of appending.
    func forEach(_ body: (inout ItemBlock) throws -> Void) throws
}
