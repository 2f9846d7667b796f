import Clients
import Testing

@testable import Stores

/// Why containers stay, to the letter. Asks no engine.
@Suite struct ContainersErrorTextsTests {
    private static let id = String(repeating: "0a", count: 32)
    private static let error = DockerError(.timeout, "The engine does not answer.")

    @Test func aContainerThatCannotBeJudgedSaysWhy() {
        #expect(
            ContainersWords.nameTooLong(Self.id)
                == "The name of container 0a0a0a0a0a0a is too long. It stays; rename it."
        )
        #expect(ContainersWords.noEnd == "the engine does not say when it ended")
        #expect(
            StoreError.noBytes(ofContainer: Self.id, "bot-1").description
                == "The engine does not tell how many bytes container 0a0a0a0a0a0a (bot-1) takes, which a limit or budget of "
                + "this task needs. Nothing was removed. Leave bytes out of both."
        )
    }

    @Test func aContainerThatStaysSaysWhy() {
        #expect(
            ContainersWords.stays("bot-1", ContainersWords.isOurs)
                == "container bot-1: this program runs in it; it stays"
        )
        #expect(
            ContainersWords.stays("bot-1", ContainersWords.isOther)
                == "container bot-1: state, name or labels are not what the task asks for; it stays"
        )
        #expect(
            ContainersWords.stays("bot-1", ContainersWords.refused("it is running"))
                == "container bot-1: the engine refuses: it is running; it stays"
        )
    }

    @Test func anEngineThatDoesNotAnswerSaysWhatBecameOfAContainer() {
        #expect(
            ContainersWords.unseen(Self.error) == "The engine does not answer. The container stays."
        )
        #expect(
            ContainersWords.left("dead", Self.error)
                == "The engine does not answer. It is left dead; the engine's log says why."
        )
    }
}
