import State
import Testing

/// Expects that `body` throws a `StateError` with this code.
/// - Returns: its message, for a closer look.
@discardableResult
func expectError(
    _ code: StateError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) -> String {
    let error = #expect(throws: StateError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    return error?.message ?? ""
}
