import Testing

@testable import Clients

/// What is said of statements, transactions and results that the client of PostgreSQL refuses by itself, to the letter.
@Suite("PostgreSQL: texts of refusals")
struct PostgresMisuseErrorTextsTests {
    @Test func statementsThatAreNotSentAreSaidInWords() {
        let texts: [(PostgresError, String)] = [
            (.isStreaming("main"), "it cannot do anything else while a stream is read"),
            (.cannotStream("main"), "it cannot stream"),
            (.zeroInStatement("main"), "the statement holds the character U+0000"),
            (.zeroInParameter("main", 2), "parameter 2 holds the character U+0000, which PostgreSQL cannot hold"),
            (.parameterTooLarge("main", 2), "parameter 2 is larger than 2 GiB"),
            (.copying("main"), "COPY is not possible with this client; the connection is closed"),
        ]
        for (error, expected) in texts { #expect(error.description == "Connection \"main\": \(expected)") }
    }

    @Test func transactionsThatEndOtherwiseAreSaidInWords() {
        let texts: [(PostgresError, String)] = [
            (.transactionOpen("main"), "a transaction is open already"),
            (.transactionEnded("main"), "the transaction was ended before its time"),
            (.nothingKept("main"), "an earlier statement of the transaction failed, so nothing of it was kept"),
        ]
        for (error, expected) in texts { #expect(error.description == "Connection \"main\": \(expected)") }
        #expect(
            PostgresError.brokeBeforeCommit("main").description
                == "Connection \"main\" broke: it ended before the transaction was committed, so nothing of it was kept"
        )
    }

    @Test func serversThatDoNotAnswerAreSaidWithWhatToDo() {
        #expect(
            PostgresError.lost("main", PostgresError.noAnswer).description
                == "Connection \"main\" broke: the server did not answer in time; look at its load, and at the network"
        )
        #expect(
            PostgresError.lost("main", PostgresError.noResult).description
                == "Connection \"main\" broke: the server gave no result; check that a PostgreSQL server listens there"
        )
    }

    @Test func resultsThatAreOthersAreSaidInWords() {
        let texts: [(PostgresError, String)] = [
            (.noColumn(1, of: 1), "there is no column 1; it has 1"),
            (.noColumn("w", of: ["u", "v"]), "there is no column \"w\"; it has u, v"),
            (.otherKind("v", "an integer of 64 bits"), "column \"v\" does not hold an integer of 64 bits"),
        ]
        for (error, expected) in texts { #expect(error.description == "A result of PostgreSQL: \(expected)") }
    }
}
