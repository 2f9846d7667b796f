import Logging
import ServiceLifecycle

/// Looks for another certificate in the files of `http.tls`, so that a renewed one is in force within a minute.
struct CertificateWatch: Service {
    static let interval = Duration.seconds(30)

    let daemon: Daemon
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known: String?
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    return
                }
                let problem = await daemon.renewCertificate().map { "\($0)" }
                // Once: it stays wrong until somebody mends it.
                if let problem, problem != known {
                    logger.error(
                        "\(ServiceWords.certificateNotRenewed(problem))",
                        metadata: ["action": "certificate_renewal_failed"]
                    )
                }
                known = problem
            }
        }
    }
}
