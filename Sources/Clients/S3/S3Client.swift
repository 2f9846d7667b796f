import Foundation
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
    let onCall: CallObserver?
    /// The wall clock: nanoseconds since 1970.
    let clock: @Sendable () -> Int64
    let transport: Result<S3Transport, S3Error>
    /// `nil` where the settings cannot be used; `transport` says why.
    let session: Mutex<S3Session?>

    /// Opens nothing yet, but reads the CA file. Settings that cannot be used are the error of every request.
    /// - Parameters:
    ///   - name: of the connection, in all errors.
    ///   - settings: the bucket.
    ///   - limits: of time, size and number.
    ///   - onCall: is told each call.
    ///   - clock: the wall clock that requests are signed by: nanoseconds since 1970.
    package init(
        name: String,
        settings: S3Settings,
        limits: S3Limits = S3Limits(),
        onCall: CallObserver? = nil,
        clock: @escaping @Sendable () -> Int64 = S3Client.wallClock
    ) {
        self.name = name
        self.settings = settings
        self.limits = limits
        self.onCall = onCall
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

    /// Where tasks ask this client for the least: on the thread that its connections are on. They may not keep it busy.
    /// `nil`: nowhere, because its settings cannot be used.
    package var executor: (any TaskExecutor)? {
        guard case .success(let transport) = transport else { return nil }
        return transport.executor
    }

    /// Closes all connections; requests that are under way fail, and none may follow.
    package func shutdown() async {
        guard case .success(let transport) = transport else { return }
        await transport.shutdown()
    }
}
