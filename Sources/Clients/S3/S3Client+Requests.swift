import Foundation
import NIOHTTP1
import NIOPosix
import Synchronization

/// How requests are sent: again after faults, elsewhere after redirects, with the server's time and new credentials.
extension S3Client {
    /// Sends a request, again if need be.
    /// - Parameters:
    ///   - parts: of what came, the parts that failed, for whoever counts.
    ///   - read: turns an answer into what the caller wants; gets the number of the attempt, from 1. What it throws is
    ///     tried again like anything else if it is retryable.
    func perform<Value: Sendable>(
        _ request: S3Request,
        parts: (Value) -> [BackendCall.Failure: Int] = { _ in [:] },
        _ read: @Sendable (S3Reply, _ attempt: Int) throws(S3Error) -> Value
    ) async throws(S3Error) -> Value {
        let start = ContinuousClock.now
        var attempt = 1
        do throws(S3Error) {
            let value = try await persist(request, &attempt, read)
            tell(request, since: start, attempts: attempt, error: nil, parts: parts(value))
            return value
        } catch {
            tell(request, since: start, attempts: attempt, error: error)
            throw error
        }
    }

    private func persist<Value: Sendable>(
        _ request: S3Request,
        _ attempt: inout Int,
        _ read: @Sendable (S3Reply, _ attempt: Int) throws(S3Error) -> Value
    ) async throws(S3Error) -> Value {
        var paid = 0
        while true {
            do throws(S3Error) {
                let value = try read(try await corrected(request), attempt)
                session.withLock { $0?.budget.succeed(cost: paid) }
                return value
            } catch {
                let failure = redacted(error)
                if failure.code == .notConnected { session.withLock { $0?.returnHome() } }
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
            switch corrections.next(for: reply, offset: signedOffset) {
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

    /// What is signed minus the server's clock, in seconds.
    private var signedOffset: Double? {
        session.withLock { session in
            session.flatMap { session in session.offset.map { $0.seconds + Double(session.correction) } }
        }
    }

    private func exchange(_ request: S3Request) async throws(S3Error) -> S3Reply {
        let transport = try transport.get()
        let credentials = try await credentials()
        let second = clock() / 1_000_000_000
        let signing = session.withLock { $0?.signing(with: credentials, at: second) }
        guard let signing else { throw words.unusable(request.purpose) }
        let signed = request.signed(for: signing.address, by: signing.signer, signing.stamp)
        let sent = Double(clock()) / 1e9
        let reply = try await transport.exchange(signed, words: words, purpose: request.purpose)
        if let date = reply.date {
            // Whole seconds are told, the rest is cut off: the middle is the nearest to the truth. An answer that took
            // long was dated at any time in between, and does not make a clock wrong.
            let told = Double(date) + 0.5
            let offset = min(max(0, sent - told), max(Double(clock()) / 1e9 - told, sent - told))
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
                throw words.elsewhere(request.purpose, status: reply.status)
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
            throw words.cancelledBetween(purpose)
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
            throw words.cancelledUnsent("the first request")
        }
        let credentials = try result.get()
        session.withLock { $0?.credentials = credentials }
        return credentials
    }

    /// Some servers repeat what they were sent.
    func redacted(_ error: S3Error) -> S3Error {
        guard let credentials = session.withLock({ $0?.credentials }) else { return error }
        return S3Error(
            code: error.code,
            status: error.status,
            awsCode: error.awsCode,
            lacksConnection: error.lacksConnection,
            message: credentials.redacting(error.message)
        )
    }
}
