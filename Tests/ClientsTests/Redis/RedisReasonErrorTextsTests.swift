import Testing

@testable import Clients

/// Why there is no connection to Redis, to the letter.
@Suite("Redis: texts of reasons")
struct RedisReasonErrorTextsTests {
    @Test func mastersThatAreNotFoundAreSaidInWords() {
        #expect(
            RedisReasons.noMaster == "it is not a master; the Sentinels have not agreed on a new one yet"
        )
        #expect(
            RedisReasons.unknownMaster == "it knows no master of that name; check the end of the URL"
        )
        #expect(
            RedisReasons.noSentinel(names: "main", ["one", "two"]) == "no Sentinel names a master main: one; two"
        )
    }

    @Test func serversThatAreNotReachedAreSaidInWords() {
        #expect(RedisReasons.ended == "the client has ended")
        #expect(RedisReasons.unanswered(isEncrypted: false) == "the server did not answer in time")
        #expect(
            RedisReasons.unanswered(isEncrypted: true)
                == "the server did not answer in time; does its port speak TLS?"
        )
        #expect(
            RedisReasons.certificates(nil) == "the CA file of the system cannot be read as certificates in PEM"
        )
    }

    @Test func repliesThatAreNoneAreSaidInWords() {
        var limits = RedisLimits()
        limits.replyBytes = 1000
        limits.replyElements = 10
        #expect(RedisReplyReader.Failure.noMemory.reason == "no memory for a reply; give the program more")
        #expect(RedisReplyReader.Failure.noRedis.reason == "not the protocol of Redis")
        #expect(
            RedisReplyReader.Failure.tooGreat(limits).reason == "a reply of more than 1000 bytes or 10 elements"
        )
    }
}
