import Synchronization

/// What a client has learned of its server, for all its requests.
struct S3Session: Sendable {
    /// Changes when the server says that the bucket is elsewhere.
    var address: S3Address
    var region: String
    /// `nil`: not read yet.
    var credentials: S3Credentials?
    /// Seconds to add to this machine's clock when signing; 0 until a server complained.
    var correction: Int64 = 0
    /// Own clock minus the server's, of the last answer that had a Date.
    var offset: (seconds: Double, at: ContinuousClock.Instant)?
    var budget = S3RetryBudget()

    /// Of the last second in which something was signed.
    private var stamp: (second: Int64, signer: S3Signer, stamp: S3Stamp)?

    /// As the settings say.
    private let home: (address: S3Address, region: String)

    init(address: S3Address, region: String) {
        self.address = address
        self.region = region
        home = (address, region)
    }

    /// What a request is signed with, and for.
    /// - Parameter second: of this machine's clock, since 1970.
    mutating func signing(
        with credentials: S3Credentials,
        at second: Int64
    ) -> (address: S3Address, signer: S3Signer, stamp: S3Stamp) {
        let second = second + correction
        if let stamp, stamp.second == second, stamp.signer.region == region, stamp.signer.credentials == credentials {
            return (address, stamp.signer, stamp.stamp)
        }
        let signer = S3Signer(credentials: credentials, region: region)
        let made = signer.stamp(S3Time.amazon(second))
        stamp = (second, signer, made)
        return (address, signer, made)
    }

    /// Forgets where a redirect led, because nobody is there any more.
    mutating func returnHome() { (address, region) = home }
}

/// What is changed at most once for each request before it is sent again at once.
struct S3Corrections: Sendable {
    private var clock = false
    private var place = false
    private var credentials = false

    /// Finds out whether an answer asks for another address, another date or other credentials.
    /// - Parameter offset: what is signed minus the server's clock, in seconds.
    /// - Returns: `nil` if it does not, or has been listened to already.
    mutating func next(for reply: S3Reply, offset: Double?) -> Kind? {
        guard reply.status >= 300 else { return nil }
        let awsCode = reply.refusal?.awsCode
        if [301, 302, 307, 308].contains(reply.status), !place {
            place = true
            return .place
        }
        // A HEAD is refused without a word.
        let isSilent = reply.status == 403 && reply.body.isEmpty && abs(offset ?? 0) > 300
        if awsCode == "RequestTimeTooSkewed" || isSilent, !clock {
            clock = true
            return .clock
        }
        if let awsCode, Self.outdated.contains(awsCode), !credentials {
            credentials = true
            return .credentials
        }
        return nil
    }

    enum Kind: Sendable, Equatable { case place, clock, credentials }

    /// They may have been exchanged since they were read.
    private static let outdated: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    ]
}
