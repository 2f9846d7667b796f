import Testing

@testable import Clients

/// Why a server of S3 did not answer, or is not believed, to the letter.
@Suite("S3: texts of reasons")
struct S3ReasonErrorTextsTests {
    private static let words = S3Words(name: "pictures", server: "h/b")

    @Test func serversThatDoNotAnswerAreSaidInWords() {
        let texts: [(S3Error, String)] = [
            (
                Self.words.silent("PUT", for: .seconds(60)),
                "nothing came for 60.0 seconds; look at the server and at the network"
            ),
            (
                Self.words.late("PUT", after: .seconds(600)),
                "it took longer than 600.0 seconds; look at the server and at the network"
            ),
            (
                Self.words.notConnected("PUT", within: .seconds(5)),
                "no connection within 5.0 seconds; check endpoint and firewall"
            ),
            (Self.words.closed("PUT"), "the server closed the connection"),
        ]
        for (error, expected) in texts {
            #expect(error.description == "pictures: the S3 server h/b did not answer PUT: \(expected)")
            #expect(error.lacksConnection == expected.hasPrefix("no connection"))
        }
    }

    @Test func requestsThatWereNotCarriedThroughAreSaidInWords() {
        let texts: [(S3Error, String)] = [
            (Self.words.cancelled("PUT"), "it was cancelled; whether it was carried out is not known"),
            (Self.words.cancelledUnsent("PUT"), "it was cancelled before it was sent"),
            (
                Self.words.cancelledBetween("PUT"),
                "it was cancelled between two attempts; whether it was carried out is not known"
            ),
            (Self.words.ended("PUT"), "the client has ended"),
            (Self.words.unusable("PUT"), "its settings cannot be used"),
            (Self.words.unclean("PUT"), "it was not sent, because control characters would stand in a header"),
        ]
        for (error, expected) in texts {
            #expect(error.description == "pictures: the S3 server h/b did not answer PUT: \(expected)")
        }
    }

    @Test func answersThatAreNoneAreSaidInWords() {
        let texts: [(S3Error, String)] = [
            (Self.words.noHTTP("PUT", status: nil), "it is not HTTP"),
            (Self.words.tooLong("PUT", limit: 1000, status: 200), "it is longer than 1000 bytes"),
            (Self.words.noETag("PUT", status: 200), "it has no ETag"),
            (Self.words.otherLength("PUT", asked: 7, came: 3, status: 206), "7 bytes were asked for, and 3 came"),
            (
                Self.words.elsewhere("PUT", status: 301),
                "it redirects to something else than the same bucket and key, or from TLS to none"
            ),
        ]
        for (error, expected) in texts {
            #expect(
                error.description
                    == "pictures: what h/b answered to PUT is not to be believed: \(expected); "
                    + "check that an S3 server listens there"
            )
        }
    }

    @Test func aDeletionThatWasTriedBeforeIsSaidInWords() {
        let error = Self.words.closed("DELETE of \"a\"").afterAnotherAttempt
        #expect(
            error.description
                == "pictures: the S3 server h/b did not answer DELETE of \"a\": the server closed the connection; "
                + "what became of an attempt before this one is not known: it may have removed it"
        )
    }
}
