import Clients
import Testing

@testable import Stores

@Suite struct EngineSilenceTests {
    private static let timeout = DockerError(.timeout, "no answer")

    @Test func anEngineThatIsSilentEightTimesInARowIsAskedNoMore() {
        let silence = EngineSilence()
        for _ in 0..<7 { silence.note(Self.timeout) }
        #expect(silence.error == nil)
        silence.note(Self.timeout)
        #expect(silence.error == Self.timeout)
    }

    @Test func anyAnswerEndsTheSilenceAndOtherErrorsAreNone() {
        let silence = EngineSilence()
        for _ in 0..<7 { silence.note(Self.timeout) }
        silence.end()
        silence.note(Self.timeout)
        for _ in 0..<20 { silence.note(DockerError(.server, "failed")) }
        #expect(silence.error == nil)
    }
}
