import Clients
import Retention
import Testing

@testable import Stores

/// Why keys stay, and why a server's keys cannot be looked at, to the letter. Asks no server.
@Suite struct KeysErrorTextsTests {
    // MARK: Looking

    @Test(
        arguments: [
            (
                .isCluster("cache"),
                "Connection cache is a node of a Redis Cluster, which has only a part of the keys. Keys of a cluster are not "
                    + "cleaned; name a single server, or Sentinels."
            ),
            (
                .tooManyKeys("cache", limit: 1_000),
                "Connection cache has more than 1000 keys that the task looks at: too many for a rule of keep that counts "
                    + "them, because Redis may list a key twice. Nothing was removed. Narrow match, or leave the counts out."
            ),
            (
                .noIdleTimes("cache"),
                "Connection cache does not know since when keys are idle, because its maxmemory-policy counts uses (LFU) and "
                    + "not times. Nothing was removed. Choose a policy of the kind LRU, or write older_than with the time in "
                    + "a field."
            ),
            (
                .listTooLong("cache", key: "jobs", length: 600_000, limit: 500_000),
                "Connection cache: the list jobs has 600000 elements; more than 500000 are not read. Name fewer, or keep "
                    + "them in a set."
            ),
            (
                .notUTF8("cache", key: "jobs"),
                "Connection cache: the key jobs names something whose name is not UTF-8, which cannot be looked for. "
                    + "Correct it."
            ),
            (
                StoreError(.reply(code: "NOPERM", message: "no"), connection: "cache"),
                "Connection cache: \(RedisError.reply(code: "NOPERM", message: "no"))"
            ),
        ] as [(StoreError, String)]
    )
    func aServerWhoseKeysCannotBeLookedAtIsSaidWithWhatToDo(_ error: StoreError, _ expected: String) {
        #expect(error.description == expected)
    }

    @Test func aKeyThatCannotBeJudgedSaysWhy() {
        let problem = KeysOutput.nameTooLong([UInt8](repeating: UInt8(ascii: "k"), count: 70_000))
        let name = String(repeating: "k", count: 64) + "…"
        #expect(problem.path == name)
        #expect(
            problem.message
                == "The name of the key \(name) has 70000 bytes; of more than 65535 none is removed. Remove it by hand."
        )
        #expect(KeysOutput.noTime("at") == "its field at holds no time that can be read")
    }

    // MARK: Removing

    @Test(
        arguments: [
            (.gone, nil), (.deleted, nil),
            (.changed, "it was used, set or given a time to live since the plan; it stays"),
            (.own, "it is cleanupd's own; it stays"),
            (.unknown, "the server does not tell since when it is idle; it stays"),
        ] as [(KeysScript.Answer, String?)]
    )
    func aKeyThatStaysSaysWhy(_ answer: KeysScript.Answer, _ expected: String?) {
        var block = ItemBlock()
        let group = block.internGroup("")
        _ = [UInt8]("k".utf8).withUnsafeBytes { name in
            block.append(name: name, version: name, kind: .other, group: group, time: Instant(seconds: 0), size: 1)
        }
        #expect(KeysRemover.result(answer, block.items[0]).detail == expected)
    }

    @Test func aFormerHolderOfALockIsToldWhy() throws {
        let writer = KeysWriter(
            KeysServer(name: "cache", settings: try RedisSettings(url: "redis://127.0.0.1:1")),
            KeysSpecification(ownPrefixes: ["{cleanupd}:"]),
            idleSeconds: nil,
            fence: Fence(scope: "here", lock: "task:logs", epoch: 6)
        )
        #expect(
            writer.fencedMessage(.integer(7))
                == "Connection cache has seen epoch 7 of the lock task:logs, and this run has 6: another replica took over "
                + "and acts now. Nothing more was removed by this one; there is nothing to do."
        )
        #expect(
            writer.fencedMessage(.string(Array("garbage".utf8)))
                == "Connection cache: the key {cleanupd}:fence:here:task:logs holds no epoch, so that nobody can tell which "
                + "replica may act. Nothing more was removed. Remove that key if it is not somebody else's."
        )
    }
}
