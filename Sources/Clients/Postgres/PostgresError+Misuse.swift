/// What is said of statements, transactions and results that this client refuses by itself.
extension PostgresError {
    // MARK: Statements

    static func isStreaming(_ name: String) -> PostgresError {
        misuse(name, "it cannot do anything else while a stream is read")
    }

    static func cannotStream(_ name: String) -> PostgresError { misuse(name, "it cannot stream") }

    static func zeroInStatement(_ name: String) -> PostgresError {
        misuse(name, "the statement holds the character U+0000")
    }

    /// - Parameter number: of the parameter, from 1.
    static func zeroInParameter(_ name: String, _ number: Int) -> PostgresError {
        misuse(name, "parameter \(number) holds the character U+0000, which PostgreSQL cannot hold")
    }

    static func parameterTooLarge(_ name: String, _ number: Int) -> PostgresError {
        misuse(name, "parameter \(number) is larger than 2 GiB")
    }

    static func copying(_ name: String) -> PostgresError {
        misuse(name, "COPY is not possible with this client; the connection is closed")
    }

    // MARK: Transactions

    static func transactionOpen(_ name: String) -> PostgresError { misuse(name, "a transaction is open already") }

    static func transactionEnded(_ name: String) -> PostgresError {
        misuse(name, "the transaction was ended before its time")
    }

    static func nothingKept(_ name: String) -> PostgresError {
        misuse(name, "an earlier statement of the transaction failed, so nothing of it was kept")
    }

    static func brokeBeforeCommit(_ name: String) -> PostgresError {
        lost(name, "it ended before the transaction was committed, so nothing of it was kept")
    }

    // MARK: Answers

    static let noResult = "the server gave no result; check that a PostgreSQL server listens there"
    static let noAnswer = "the server did not answer in time; look at its load, and at the network"

    static func noColumn(_ position: Int, of count: Int) -> PostgresError {
        result("there is no column \(position); it has \(count)")
    }

    static func noColumn(_ name: String, of names: [String]) -> PostgresError {
        result("there is no column \"\(name)\"; it has \(names.joined(separator: ", "))")
    }

    static func otherKind(_ column: String, _ kind: String) -> PostgresError {
        result("column \"\(column)\" does not hold \(kind)")
    }
}
