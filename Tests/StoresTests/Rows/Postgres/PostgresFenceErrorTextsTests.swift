import Retention
import Testing

@testable import Stores

/// What is said of fences in databases, to the letter. Asks no server.
@Suite struct PostgresFenceErrorTextsTests {
    private static func table(
        _ schema: String = "public",
        problem: String? = nil,
        missing: String = "",
        isSchemaOpen: Bool = true,
        isTrusted: Bool = true
    ) -> PostgresFenceTable {
        PostgresFenceTable(
            schema: schema,
            owner: "mallory",
            problem: problem,
            missing: missing,
            isSchemaOpen: isSchemaOpen,
            isTrusted: isTrusted,
            role: "cleaner"
        )
    }

    private static func refusal(_ tables: PostgresFenceTable...) -> String? {
        let found = PostgresFenceTable.Found(schema: "public", role: "cleaner", tables: tables)
        return if case .unusable(let why) = found.verdict { why } else { nil }
    }

    // MARK: Fences that cannot be used

    @Test func aTableThatIsNoFenceIsSaidWithWhatToDo() {
        let sql = "\"public\".\"cleanupd_fence\""
        #expect(Self.refusal(Self.table()) == nil)
        #expect(
            Self.refusal(Self.table(), Self.table("other"))
                == "There are several fences, \(sql) and \"other\".\"cleanupd_fence\", where only one can hold. Drop all but "
                + "one."
        )
        #expect(
            Self.refusal(Self.table(problem: "it has a trigger"))
                == "The table \(sql) is none that can be a fence: it has a trigger. Rename it, or drop it, and run cleanupd "
                + "check --install-fence."
        )
        #expect(
            Self.refusal(Self.table(missing: "INSERT", isSchemaOpen: false))
                == "The role cleaner may not write to the fence, the table \(sql). Run: GRANT USAGE ON SCHEMA \"public\" TO "
                + "\"cleaner\"; GRANT INSERT ON \(sql) TO \"cleaner\""
        )
        #expect(
            Self.refusal(Self.table(isTrusted: false))
                == "The table \(sql) is not believed to be a fence, because it belongs to mallory, who is neither the role "
                + "cleaner nor the owner of the database nor a superuser. Let a superuser drop it, or run: ALTER TABLE \(sql) "
                + "OWNER TO \"cleaner\""
        )
    }

    // MARK: Runs

    @Test func aRunThatDoesNotPassTheFenceIsToldWhy() {
        #expect(
            StoreError.fenceUnusable("t", "Drop it.").description == "Task t: nothing was removed. Drop it."
        )
        #expect(
            StoreError.fenceNotWritten("t", "f", "logs", "no rights.").description
                == "Task t: the fence, the table f, cannot be written to, so that the next batch on logs was not begun: no "
                + "rights."
        )
        let fence = Fence(scope: "here", lock: "task:t", epoch: 6)
        for (newest, words) in [(7, "7"), (nil, "unknown")] as [(Int64?, String)] {
            #expect(
                PostgresFence.refusal(fence, by: newest, "t", "logs", "f").description
                    == "Task t: another replica has taken the lock task:t since, with epoch \(words) where this run has 6, so "
                    + "that the fence f refused the next batch on logs, and nothing of it was removed. The other replica goes "
                    + "on. If there is none, because epochs were lost and began anew, delete the row of this lock from f."
            )
        }
    }

    // MARK: Installing

    @Test func aFenceThatIsNotMadeIsSaidWithWhatToDo() {
        let advice =
            "Let the owner of the database, or a superuser, run: CREATE TABLE f (scope text NOT NULL, lock text NOT NULL, "
            + "epoch bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (scope, lock)); GRANT SELECT, INSERT, UPDATE ON f "
            + "TO \"cleaner\""
        let texts = [
            (
                PostgresFenceWords.noSchema("cleaner"),
                "No schema of the search_path of the role cleaner is there and open to it, so that there is none to make the "
                    + "fence in. Give it one: ALTER ROLE … SET search_path"
            ),
            (
                PostgresFenceWords.mayNotMake("f", "cleaner"),
                "The role cleaner may not make the table f. \(advice)"
            ),
            (
                PostgresFenceWords.notMade("f", "cleaner", "no room"),
                "The fence could not be made: no room. \(advice)"
            ),
            (
                PostgresFenceWords.notAsItShouldBe("f"),
                "The table f, once made, was not as it should be, so that it was undone. Look for event triggers in the "
                    + "database."
            ),
            (
                PostgresFenceWords.absent,
                "There is no fence: a replica that was cut off could finish a batch after another has begun. Where several "
                    + "replicas run: cleanupd check --install-fence"
            ),
            (PostgresFenceWords.present("f"), "The table f is the fence."),
            (PostgresFenceWords.made("f"), "Made the fence, the table f."),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }
}
