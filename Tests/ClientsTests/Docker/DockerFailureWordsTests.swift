import NIOCore
import Testing

@testable import Clients

/// What the network's own errors are called.
@Suite("Docker: words of failures")
struct DockerFailureWordsTests {
    private let words = DockerFailureWords(connection: "docker", address: .unix(path: "/run/docker.sock"))

    /// An engine that was restarted is asked again; one that talks nonsense is not.
    @Test(arguments: [ChannelError.ioOnClosedChannel, .alreadyClosed, .eof, .inputClosed, .outputClosed])
    func aConnectionThatWasClosedMeanwhileIsNoBadReply(error: ChannelError) {
        #expect(words.error(error, asking: "GET /containers").code == .disconnected)
    }

    @Test func aConnectionThatNobodyTakesIsNobody() {
        #expect(words.error(ChannelError.connectTimeout(.seconds(10)), asking: "GET /version").code == .notThere)
    }
}
