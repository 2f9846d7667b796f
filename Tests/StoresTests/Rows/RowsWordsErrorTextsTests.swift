import Support
import Testing

@testable import Stores

/// What is said of rows in either engine, and in SQLite, to the letter. Opens no database.
@Suite struct RowsWordsErrorTextsTests {
    private static let error = SupportError("no such column: x.")

    // MARK: Either engine

    @Test(
        arguments: [
            (
                .severalSettings("settings"),
                "Settings table settings has several rows; say which one of them with `where`."
            ),
            (
                .needsKey("t", "seen"), "Task t: seen is a view, whose rows only a key can name. Write key."
            ),
            (
                .isOwnState("t", "run"),
                "Task t: run belongs to cleanupd's own state. Nothing was removed. Name another table."
            ),
            (
                .cannotCheckShare(of: "logs", limit: 10_000_000),
                "More than 10000000 rows of logs are due, too many for limits.max_percent to be checked exactly. Run ANALYZE "
                    + "on the table, or set budget.items."
            ),
            (
                .textForNumber,
                "A query of the task gives a text where a number is needed. Nothing was removed. Cast it in the query."
            ),
            (
                .bytesForText,
                "A query of the task gives bytes where a text is needed. Nothing was removed. Cast them in the query."
            ),
        ] as [(StoreError, String)]
    )
    func aTaskThatIsRefusedSaysWhatToDo(_ error: StoreError, _ expected: String) {
        #expect(error.description == expected)
    }

    @Test func rowsThatStayAreSaidInWords() {
        let texts = [
            (RowsWords.held(3, of: "logs"), "3 due rows of logs stay, because others held them"),
            (RowsWords.stays(of: "logs", RowsWords.notLetGo), "A row of logs stays: the database did not let it go"),
            (SQLiteWords.undone, "a trigger, or what the column makes of the value, undoes it"),
            (SQLiteWords.dueRowsStay("logs", "no lock."), "Due rows of logs stay: no lock."),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    @Test func whatHoldsARunBackIsSaidInWords() {
        let texts = [
            (RowsWords.healthIsSilent, "the health query gives no row"),
            (RowsWords.healthSays("0"), "the health query says 0"),
            (
                RowsWords.cannotTell(RowsWords.healthFailed(Self.error)),
                "cannot tell: the health query failed: no such column: x."
            ),
            (
                RowsWords.wentOnBlindly("the server is away"),
                "The run went on without knowing: the server is away"
            ),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    @Test func settingsThatAreNotThereAreSaidInWords() {
        #expect(
            RowsWords.noSettings("settings", of: "deep")
                == "There is no settings table settings; the defaults of deep hold."
        )
        #expect(
            RowsWords.noSetting("retention_days", "days", in: "settings", of: "deep")
                == "Settings table settings has no column days; retention_days of deep is the default."
        )
    }

    // MARK: SQLite

    @Test func aSQLiteDatabaseThatCannotBeCleanedIsSaidInWords() {
        #expect(
            SQLiteWords.isVirtual
                == "belongs to a virtual table, whose rows are its module's affair. Name another table."
        )
        #expect(
            SQLiteWords.notWritable("/a.db")
                == "/a.db or its folder cannot be written to by this process: every run would fail. The user of this process "
                + "must own both, or be able to write to them."
        )
        #expect(
            SQLiteWords.notAllGivenBack("/a.db")
                == "/a.db: free pages were not all given back: another process was in the way. The next run tries again."
        )
        #expect(SQLiteWords.notGivenBack(Self.error) == "Free pages were not given back: no such column: x.")
    }
}
