import Foundation
import NIOHTTP1
import NIOPosix
import Synchronization

/// A client of one S3 bucket, for any number of callers at once.
///
/// Requests that fail for a moment (503 SlowDown, 429, 500, 502, 504, broken connections, cut answers, time-outs) are
/// sent again after a growing pause, at most three times in all and within a budget; 409 and 412 never are. One
/// redirect is followed, to the same bucket and key only, and never from TLS to none.
package final class S3Client: Sendable {
    /// The connection's name, with which all errors begin.
    package let name: String
    /// Endpoint and bucket for people, without secrets.
    package let server: String
    let settings: S3Settings
    let limits: S3Limits
    let words: S3Words
    /// The wall clock: nanoseconds since 1970.
    private let clock: @Sendable () -> Int64
    private let transport: Result<S3Transport, S3Error>
    /// `nil` where the settings cannot be used; `transport` says why.
    let session: Mutex<S3Session?>

    /// Opens nothing yet, but reads the CA file. Settings that cannot be used are the error of every request.
    /// - Parameters:
    ///   - name: of the connection, in all errors.
    ///   - settings: the bucket.
    ///   - limits: of time, size and number.
    ///   - clock: the wall clock that requests are signed by: nanoseconds since 1970.
    package init(
        name: String,
        settings: S3Settings,
        limits: S3Limits = S3Limits(),
        clock: @escaping @Sendable () -> Int64 = S3Client.wallClock
    ) {
        self.name = name
        self.settings = settings
        self.limits = limits
        self.clock = clock
        let address = Result { () throws(S3Error) in try S3Address(name: name, settings: settings) }
        transport = Result { () throws(S3Error) in
            _ = try address.get()
            return try S3Transport(name: name, caFile: settings.caFile, limits: limits)
        }
        switch address {
        case .success(let address):
            server = address.server
            session = Mutex(S3Session(address: address, region: settings.region))
        case .failure:
            server = S3Words.plain(settings.bucket, limit: 255)
            session = Mutex(nil)
        }
        words = S3Words(name: name, server: server)
    }

    /// This machine's wall clock: nanoseconds since 1970.
    package static let wallClock: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Own clock minus the server's Date, of the last answer, to half a second; `nil` before the first.
    ///
    /// More than a few seconds are worth a warning: ages of objects are told by the server's clock. Requests themselves
    /// go on, signed with the server's time, once the server has complained.
    package var clockOffset: (seconds: Double, at: ContinuousClock.Instant)? { session.withLock { $0?.offset } }

    /// Closes all connections; requests that are under way fail, and none may follow.
    package func shutdown() async {
        guard case .success(let transport) = transport else { return }
        await transport.shutdown()
    }

    // MARK: Requests

    /// Sends a request, again if need be.
    /// - Parameter read: turns an answer into what the caller wants; gets the number of the attempt, from 1. What it
    ///   throws is tried again like anything else if it is retryable.
    func perform<Value: Sendable>(
        _ request: S3Request,
        _ read: @Sendable (S3Reply, _ attempt: Int) throws(S3Error) -> Value
    ) async throws(S3Error) -> Value {
        var attempt = 1
        var paid = 0
        while true {
            do throws(S3Error) {
                let value = try read(try await corrected(request), attempt)
                session.withLock { $0?.budget.succeed(cost: paid) }
                return value
            } catch {
                let failure = redacted(error)
                guard failure.isRetryable, attempt < limits.attempts else { throw failure }
                paid = S3RetryBudget.cost(of: failure)
                guard session.withLock({ [paid] in $0?.budget.take(paid) }) == true else { throw failure }
                try await rest(after: attempt, request.purpose)
                attempt += 1
            }
        }
    }

    /// An answer that does not ask for another address, date or credentials; or that does so a second time.
    private func corrected(_ request: S3Request) async throws(S3Error) -> S3Reply {
        var corrections = S3Corrections()
        while true {
            let reply = try await exchange(request)
            switch corrections.next(for: reply, offset: clockOffset?.seconds) {
            case nil: return reply
            case .clock:
                guard let date = reply.date else { return reply }
                session.withLock { $0?.correction = date - clock() / 1_000_000_000 }
            case .credentials:
                let old = session.withLock { $0?.credentials }
                guard try await readCredentials() != old else { return reply }
            case .place: guard try move(by: reply, request) else { return reply }
            }
        }
    }

    private func exchange(_ request: S3Request) async throws(S3Error) -> S3Reply {
        let transport = try transport.get()
        let credentials = try await credentials()
        guard let session = session.withLock({ $0 }) else {
            throw words.lost(request.purpose, .settings, "its settings cannot be used")
        }
        let signer = S3Signer(credentials: credentials, region: session.region)
        let date = S3Time.amazon(clock() / 1_000_000_000 + session.correction)
        let signed = request.signed(for: session.address, by: signer, date: date)
        let reply = try await transport.exchange(signed, words: words, purpose: request.purpose)
        if let date = reply.date {
            // Whole seconds are told, the rest is cut off: the middle is the nearest to the truth.
            let offset = Double(clock()) / 1e9 - (Double(date) + 0.5)
            self.session.withLock { $0?.offset = (offset, .now) }
        }
        return reply
    }

    /// Follows a redirect, for this request and all that come.
    /// - Returns: whether it says where to.
    private func move(by reply: S3Reply, _ request: S3Request) throws(S3Error) -> Bool {
        let region = reply.headers.first(name: "x-amz-bucket-region")
        let location = reply.headers.first(name: "location")
        guard let old = session.withLock({ $0 }) else { return false }
        var address = old.address
        if let location {
            guard let other = old.address.redirected(to: location, key: request.key) else {
                throw words.badReply(
                    request.purpose,
                    "it redirects to something else than the same bucket and key, or from TLS to none",
                    status: reply.status
                )
            }
            address = other
        } else if let region, let other = old.address.moved(from: old.region, to: region) {
            address = other
        }
        guard location != nil || region.map({ $0 != old.region }) == true else { return false }
        session.withLock { [address] session in
            session?.address = address
            session?.region = region ?? old.region
        }
        return true
    }

    private func rest(after attempt: Int, _ purpose: String) async throws(S3Error) {
        let pause = S3RetryBudget.pause(after: attempt, limits: limits, random: .random(in: 0..<1))
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw words.lost(purpose, .cancelled, "it was cancelled between two attempts")
        }
    }

    // MARK: Credentials

    private func credentials() async throws(S3Error) -> S3Credentials {
        if let known = session.withLock({ $0?.credentials }) { return known }
        return try await readCredentials()
    }

    /// Off the threads of the pool, which must not wait for files.
    private func readCredentials() async throws(S3Error) -> S3Credentials {
        let (name, settings) = (name, settings)
        let result: Result<S3Credentials, S3Error>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                do throws(S3Error) {
                    return .success(
                        try settings.credentials.resolve(name: name, environment: settings.environment) {
                            try String(contentsOfFile: $0, encoding: .utf8)
                        }
                    )
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw words.lost("the first request", .cancelled, "it was cancelled before it was sent")
        }
        let credentials = try result.get()
        session.withLock { $0?.credentials = credentials }
        return credentials
    }

    /// Some servers repeat what they were sent.
    func redacted(_ error: S3Error) -> S3Error {
        guard let credentials = session.withLock({ $0?.credentials }) else { return error }
        let message = credentials.redacting(error.message)
        return S3Error(code: error.code, status: error.status, awsCode: error.awsCode, message: message)
    }
}
