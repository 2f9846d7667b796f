import HTTPTypes
import Hummingbird

/// The browser module and its reports.
extension ConsoleRoutes {
    private static let module = EmbeddedFile(
        PackageResources.cleanup_client_js,
        type: "text/javascript; charset=utf-8",
        caching: "max-age=300"
    )

    var clients: [Route] {
        [
            Route(
                method: .post,
                template: "/api/cleanup/client-report",
                summary: "What the browser module did; for pages of http.client_origins, six a minute and address.",
                body: .json("ClientReport"),
                mostBytes: 1_024,
                isShared: true,
                answers: [.empty(.noContent)]
            ) { try reports.take($0, now: now()) },
            Route(
                method: .options,
                template: "/api/cleanup/client-report",
                summary: "What browsers ask before they send a report from another origin.",
                isShared: true,
                answers: [.empty(.noContent)]
            ) { try reports.preflight($0) },
            Route(
                method: .get,
                template: "/cleanup/client.js",
                summary: "The browser module, for pages of http.client_origins.",
                isShared: true,
                answers: [.other("text/javascript"), .empty(.notModified)]
            ) { try Self.module.answer($0.request) },
        ]
    }
}
