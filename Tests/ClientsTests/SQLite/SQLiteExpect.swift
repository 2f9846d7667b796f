import Clients
import Support
import Testing

/// The error that `body` throws, if it is one of the client.
func sqliteError(_ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void) -> SQLiteError? {
    do {
        try body()
    } catch let error as SQLiteError {
        return error
    } catch {
        Issue.record("threw \(error)", sourceLocation: location)
        return nil
    }
    Issue.record("threw nothing", sourceLocation: location)
    return nil
}

/// Sends statements to another process, from where nothing may be thrown.
func tell(_ sql: String, _ shell: SQLiteShell) {
    do {
        try shell.tell(sql)
    } catch {
        Issue.record("\(error)")
    }
}
