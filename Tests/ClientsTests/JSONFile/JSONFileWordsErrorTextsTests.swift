import Glibc
import Testing

@testable import Clients

/// What is said of a JSON file that others are at, to the letter.
@Suite("JSON file: texts of what is rare")
struct JSONFileWordsErrorTextsTests {
    @Test func filesThatOthersUseAreSaidInWords() {
        #expect(JSONFileError.locked("/a.json").description == "/a.json is locked by another process. Try again later.")
        #expect(
            JSONFileError.inUse("/a.json").description
                == "/a.json is in use: others have it open for writing, hold its lock, or keep replacing it. Nothing "
                + "was removed from it; the next run tries again."
        )
        #expect(
            JSONFileError.hardLinked("/a.json", links: 3).description
                == "/a.json has 3 hard links, which replacing it would part. Remove its other names."
        )
    }

    @Test func filesThatAreNotReplacedAsTheyShouldAreSaidInWords() {
        #expect(
            JSONFileError.lacksTheRest("/a.json").description
                == "/a.json is as it was: the new file does not hold the rest of it. The next run tries again."
        )
        let name = Array(".a.json.part".utf8)
        #expect(
            JSONFileError.stranded("/a.json", JSONFileError.othersReplace, as: name).description
                == "/a.json may not be the newest: others kept replacing it. What else was written lies beside it as "
                + ".a.json.part. Look at both."
        )
    }

    @Test func eachStepThatFailsIsNamed() {
        let texts: [JSONFileStep: String] = [
            .making: "making a file beside it",
            .adopting: "giving a file beside it the same owner and permissions",
            .reserving: "reserving room for the new file beside it",
            .trying: "exchanging two empty files beside it",
            .writing: "writing the new file",
            .exchanging: "exchanging the files",
            .examiningOld: "examining the old file",
            .examiningNew: "examining the new file",
            .removingOld: "removing the old file",
            .removing: "removing a file beside it",
        ]
        #expect(texts.count == JSONFileStep.allCases.count)
        for (step, expected) in texts {
            #expect(
                JSONFileError(step, "/a.json", SystemError(EIO)).description
                    == "/a.json cannot be rewritten, and is as it was; \(expected): Input/output error. The next run "
                    + "tries again."
            )
        }
    }

    @Test func anEntryThatIsTooLongIsSaidInWords() {
        #expect(JSONFault.tooLong(at: 7, limit: 64).finding == "an entry is longer than 64 bytes")
    }
}
