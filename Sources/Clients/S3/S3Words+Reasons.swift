/// Why a server did not answer, or is not believed.
extension S3Words {
    // MARK: No answer

    func silent(_ purpose: String, for time: Duration) -> S3Error {
        lost(purpose, .timeout, "nothing came for \(time); look at the server and at the network")
    }

    func late(_ purpose: String, after time: Duration) -> S3Error {
        lost(purpose, .timeout, "it took longer than \(time); look at the server and at the network")
    }

    func notConnected(_ purpose: String, within time: Duration) -> S3Error {
        lost(purpose, .timeout, "no connection within \(time); check endpoint and firewall", lacksConnection: true)
    }

    func closed(_ purpose: String) -> S3Error {
        lost(purpose, .disconnected, "the server closed the connection")
    }

    func cancelled(_ purpose: String) -> S3Error {
        lost(purpose, .cancelled, "it was cancelled; whether it was carried out is not known")
    }

    func cancelledUnsent(_ purpose: String) -> S3Error {
        lost(purpose, .cancelled, "it was cancelled before it was sent")
    }

    /// What the attempts before made of it is not known, either.
    func cancelledBetween(_ purpose: String) -> S3Error {
        lost(purpose, .cancelled, "it was cancelled between two attempts; whether it was carried out is not known")
    }

    func ended(_ purpose: String) -> S3Error { lost(purpose, .cancelled, "the client has ended") }

    func unusable(_ purpose: String) -> S3Error { lost(purpose, .settings, "its settings cannot be used") }

    /// An ETag is whatever a server has said.
    func unclean(_ purpose: String) -> S3Error {
        lost(purpose, .refused, "it was not sent, because control characters would stand in a header")
    }

    // MARK: Answers that are none

    func noHTTP(_ purpose: String, status: Int?) -> S3Error { badReply(purpose, "it is not HTTP", status: status) }

    func tooLong(_ purpose: String, limit: Int, status: Int?) -> S3Error {
        badReply(purpose, "it is longer than \(limit) bytes", status: status)
    }

    func noETag(_ purpose: String, status: Int) -> S3Error { badReply(purpose, "it has no ETag", status: status) }

    func otherLength(_ purpose: String, asked: Int64, came: Int, status: Int) -> S3Error {
        badReply(purpose, "\(asked) bytes were asked for, and \(came) came", status: status)
    }

    /// A redirect that is not followed.
    func elsewhere(_ purpose: String, status: Int) -> S3Error {
        badReply(
            purpose,
            "it redirects to something else than the same bucket and key, or from TLS to none",
            status: status
        )
    }
}
