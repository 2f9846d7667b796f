import Clients
import Retention
import Testing

@testable import Stores

struct FailureReasonTests {
    @Test(arguments: [
        (S3Error.Code.denied, DockerError.Code.denied, FailureReason.permission), (.timeout, .timeout, .timeout),
        (.notConnected, .notThere, .io), (.disconnected, .disconnected, .io), (.tls, .tls, .io),
        (.server, .server, .io), (.badReply, .badReply, .io), (.cancelled, .cancelled, .unknown),
        (.settings, .settings, .unknown), (.unsupported, .tooOld, .unknown),
    ])
    func theSameFailureHasTheSameReason(_ s3: S3Error.Code, _ docker: DockerError.Code, _ reason: FailureReason) {
        #expect(FailureReason(S3Error(code: s3, message: "")) == reason)
        #expect(FailureReason(DockerError(docker, "")) == reason)
    }
}
