import Foundation
import Support

/// What a scraper asks, on loopback: one scraper, one request after the other, so that when a scrape begins, what the ones
/// before it got is stored.
final class ScrapeTarget: Sendable {
    struct Answer: Sendable {
        let contentType: String
        let body: [UInt8]
    }

    /// The `Accept` header of each scrape, when it begins.
    let scrapes: AsyncStream<String>
    private let scraped: AsyncStream<String>.Continuation
    private let server: LoopbackServer

    var port: Int { server.port }

    /// - Parameter answer: is given the `Accept` header.
    init(_ answer: @escaping @Sendable (String) -> Answer) throws {
        // A scrape that nobody waited for is no news.
        let (scrapes, scraped) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.scrapes, self.scraped) = (scrapes, scraped)
        server = try LoopbackServer { request in
            let accept = request.headers["accept", default: ""]
            scraped.yield(accept)
            let answer = answer(accept)
            return LoopbackServer.response("200 OK", Data(answer.body), type: answer.contentType)
        }
    }

    /// Answers no more.
    func stop() {
        server.stop()
        scraped.finish()
    }
}
