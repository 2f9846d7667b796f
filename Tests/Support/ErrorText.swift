/// What is said of the error that `body` throws, nil where it throws none; for tests that hold texts to the letter.
package func errorText<Value>(_ body: () throws -> Value) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}
