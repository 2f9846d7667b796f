import Testing

@testable import Stores

/// Why rows of a PostgreSQL database are not removed, and what holds a run back, to the letter. Asks no server.
@Suite struct PostgresRowsErrorTextsTests {
    // MARK: Tables

    @Test(
        arguments: [
            (
                .isNoTable("seen", "a materialized view"),
                "seen is a materialized view, from which rows are not deleted here. Name the table itself."
            ),
            (
                .hasHeirs("logs", ["public.kept", "public.old"]),
                "Other tables inherit from logs: public.kept, public.old. Its rows cannot be told from theirs, so none are "
                    + "removed. Name a table that no other inherits from, or make logs a partitioned table."
            ),
            (
                .isFence("marks"),
                "marks is the table cleanupd_fence, or shows it: it belongs to cleanupd, which keeps what tells old replicas "
                    + "from new ones there. Nothing was removed. Name another table."
            ),
            (
                .isClosedView("seen"),
                "seen is a view that PostgreSQL cannot delete from by itself. Name the table beneath it."
            ),
            (
                .mayNotLock("t", "cleaner", "logs", "Run: GRANT."),
                "Task t: the role cleaner may not lock rows of logs, and without a lock a row could be renewed while what it "
                    + "owns is removed. Nothing was removed. Run: GRANT."
            ),
        ] as [(StoreError, String)]
    )
    func aTableThatCannotBeCleanedIsSaidWithWhatToDo(_ error: StoreError, _ expected: String) {
        #expect(error.description == expected)
        #expect(error.code == .denied)
    }

    @Test(
        arguments: [
            (
                .unknownType(of: "logs.id"),
                "The type of logs.id cannot be looked up. Nothing was removed. See that the role may read the catalog."
            ),
            (
                .manyForms("logs", "at", "timestamp with time zone"),
                "logs.at is text and is compared with timestamp with time zone, whose values have more than one form as "
                    + "text. Nothing was removed. Cast them in the query to the text that at holds."
            ),
            (
                .commitInDoubt("t", "app.logs", "the session was lost"),
                "Task t: whether the last batch on app.logs is committed cannot be found out, because its server did not "
                    + "answer, or crashed or was replaced meanwhile. Its rows may be gone, and are not counted: all figures "
                    + "may be too low by one batch. The next run goes on with what is there. (the session was lost)"
            ),
            (
                .lostAgainAndAgain("t", 5),
                "Task t: the session was lost 5 times in a row while it committed; the last batch was undone. Look at the "
                    + "server's log."
            ),
        ] as [(StoreError, String)]
    )
    func whatStopsARunIsSaidInWords(_ error: StoreError, _ expected: String) {
        #expect(error.description == expected)
    }

    @Test func columnsThatHoldNoTimesAreSaidInWords() {
        let column = "Column at (jsonb)"
        #expect(PostgresWords.holdsNoTimes(column) == "\(column) cannot be read as times. Name another column.")
        #expect(
            PostgresWords.holdsNumbers(column) == "\(column) holds numbers. Write time_format: epoch or epoch_ms."
        )
        #expect(PostgresWords.holdsTimes(column) == "\(column) holds times and no numbers. Leave time_format out.")
    }

    // MARK: Rights and upkeep

    @Test func whatARoleLacksIsSaidWithWhatToRun() {
        let grant = PostgresWords.grantOfLocks("i\"d", on: "\"public\".\"logs\"", to: "cleaner")
        #expect(grant == "Run: GRANT UPDATE (\"i\"\"d\") ON \"public\".\"logs\" TO \"cleaner\"")
        #expect(
            PostgresWords.mayNotLock("cleaner", "logs", grant)
                == "The role cleaner may not lock rows of logs, so that rows which others hold stop it instead of being "
                + "skipped. \(grant)"
        )
        #expect(
            PostgresWords.mayNotClean("cleaner", "SELECT, DELETE", on: "logs", "\"public\".\"logs\"")
                == "The role cleaner may plan, but not clean: it lacks SELECT, DELETE on logs. Run: GRANT SELECT, DELETE ON "
                + "\"public\".\"logs\" TO \"cleaner\""
        )
        #expect(
            PostgresWords.hidesRows("logs")
                == "Row-level security applies to this role on logs: rows that its policies hide are neither counted nor "
                + "removed. Give the role BYPASSRLS, or a policy for it, if they should be."
        )
    }

    @Test func aTableThatIsNotVacuumedIsSaidInWords() {
        for (last, words) in [("2027-01-15", "2027-01-15"), (nil, "never")] as [(String?, String)] {
            #expect(
                PostgresWords.fullOfDeadRows("logs", dead: 30, live: 20, last: last)
                    == "Autovacuum does not keep up with logs: 30 dead rows beside 20, last vacuumed \(words). Run VACUUM, "
                    + "write vacuum: true on the task, or lower autovacuum_vacuum_scale_factor for the table."
            )
        }
        #expect(PostgresWords.notVacuumed("logs", "no.") == "VACUUM of logs did not end well: no.")
    }

    // MARK: Batches

    @Test func batchesThatDoNotGetThroughAreSaidInWords() {
        #expect(PostgresWords.smaller("too slow") == "too slow: the next batch is smaller")
        #expect(
            PostgresWords.endless
                == "it is not as action.set says after it was done (a trigger changes the value, or the column rounds it)"
        )
        for (isCut, count) in [(false, "7"), (true, "At least 7")] {
            #expect(
                PostgresWords.held(7, isCut: isCut, of: "logs", "no lock.")
                    == "\(count) due rows of logs stay, because others held them, or the table, all the time: no lock."
            )
        }
    }

    @Test func whatHoldsARunBackIsSaidInWords() {
        let texts = [
            (PostgresWords.lags(2.5, most: 1_000), "a replica is 2.5 s behind, max_lag is 1000 ms"),
            (
                PostgresWords.isGone("standby@10.0.0.2"),
                "the replica standby@10.0.0.2, which was there before, is not connected any more"
            ),
            (PostgresWords.isBusy(9, most: 4), "9 other sessions are active, max_load is 4.0"),
            (
                PostgresWords.sessionsHidden, "the role may not see what other sessions do; grant it pg_monitor"
            ),
            (PostgresWords.replicasHidden, "the role may not see how far replicas are; grant it pg_monitor"),
            (PostgresWords.isKeptUp("logs"), "an autovacuum, or another upkeep, works on logs"),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }
}
