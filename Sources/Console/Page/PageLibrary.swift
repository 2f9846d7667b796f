import HTTPTypes
import Hummingbird
import Mustache
import NIOCore

/// The templates of all pages, and how they become answers.
struct PageLibrary: Sendable {
    /// Scripts and styles come from this service alone, and no other page frames it.
    ///
    /// Source: Content Security Policy Level 3.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors "

    private static let sources: [(name: String, bytes: [UInt8])] = [
        ("layout", PackageResources.layout_mustache), ("overview", PackageResources.overview_mustache),
        ("task_card", PackageResources.task_card_mustache), ("task", PackageResources.task_mustache),
        ("candidates", PackageResources.candidates_mustache), ("history", PackageResources.history_mustache),
        ("run", PackageResources.run_mustache), ("plan", PackageResources.plan_mustache),
        ("jobs", PackageResources.jobs_mustache), ("settings", PackageResources.settings_mustache),
        ("login", PackageResources.login_mustache), ("problem", PackageResources.problem_mustache),
        ("widget", PackageResources.widget_mustache), ("time", PackageResources.time_mustache),
        ("progress", PackageResources.progress_mustache), ("items", PackageResources.items_mustache),
        ("list", PackageResources.list_mustache), ("task_facts", PackageResources.task_facts_mustache),
        ("report", PackageResources.report_mustache),
    ]

    /// Read for the first page: a service that nobody looks at starts the sooner for it.
    private static let templates = Result {
        var templates = MustacheLibrary()
        for source in sources {
            try templates.register(String(decoding: source.bytes, as: UTF8.self), named: source.name)
        }
        return templates
    }

    /// Origins whose pages may frame the widget.
    let frameAncestors: [String]

    /// A view as text. Throws when a template cannot be read, or there is none of that name: mistakes of ours.
    static func render(_ view: Any, template: String) throws -> String {
        guard let html = try templates.get().render(PageTree.make(view), withTemplate: template) else {
            throw ConsoleError(.unavailable, "There is no template \(template): report this as a fault of cleanupd.")
        }
        return html
    }

    /// Throws as ``render(_:template:)`` does.
    func answer(
        _ frame: PageFrame,
        status: HTTPResponse.Status = .ok,
        layout: String = "layout",
        isFramed: Bool = false
    ) throws -> Response {
        let html = try Self.render(frame, template: layout)
        let ancestors = isFramed ? (["'self'"] + frameAncestors).joined(separator: " ") : "'none'"
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.policy + ancestors,
            ],
            body: .init(byteBuffer: ByteBuffer(string: html))
        )
    }

    /// An error as page; who is not known gets the form to log in.
    /// - Parameter next: the page that was asked for; not checked here.
    func answer(_ problem: HTTPProblem, caller: Caller?, next: String?) throws -> Response {
        let isLogin = problem.status == .unauthorized
        let view = ProblemView(problem, next: next)
        let frame = PageFrame(
            isLogin ? "Log in" : view.title,
            template: isLogin ? "login" : "problem",
            place: nil,
            isLive: false,
            caller: caller,
            content: view
        )
        var response = try answer(frame, status: problem.status)
        for field in problem.headers where field.name != .wwwAuthenticate { response.headers[field.name] = field.value }
        return response
    }
}

/// An error, for a person.
private struct ProblemView {
    let title: String
    let detail: String
    let reference: String?
    let next: String?

    init(_ problem: HTTPProblem, next: String?) {
        self.next = next.flatMap { $0.utf8.count <= ReturnPath.most ? $0 : nil }
        title = problem.status.reasonPhrase
        detail = problem.detail
        reference = problem.reference
    }
}
