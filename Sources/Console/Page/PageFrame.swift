/// What every page has around its content.
struct PageFrame {
    struct Link {
        let href: String
        let label: String
        let isCurrent: Bool
    }

    private static let pages = [
        ("/cleanup", "Overview"), ("/cleanup/runs", "History"), ("/cleanup/jobs", "Jobs"),
        ("/cleanup/settings", "Settings"),
    ]

    let title: String
    /// Name of the content's template.
    let template: String
    /// Who looks; `nil` = nobody known, who sees no links either.
    let who: String?
    let role: String?
    let mayOperate: Bool
    let mayAdmin: Bool
    /// There is a session that can end.
    let mayLogOut: Bool
    /// It shows what changes; otherwise nothing is asked for again.
    let isLive: Bool
    let links: [Link]
    let content: Any

    /// - Parameter place: path of the page's link, whether or not the page itself is that.
    init(_ title: String, template: String, place: String?, isLive: Bool = true, caller: Caller?, content: Any) {
        self.title = title
        self.template = template
        self.isLive = isLive
        self.content = content
        who = caller?.name
        role = caller.map { "\($0.role)" }
        mayOperate = caller.map { $0.role >= .operate } ?? false
        mayAdmin = caller.map { $0.role >= .admin } ?? false
        mayLogOut = caller?.hasSession ?? false
        links =
            caller == nil
            ? [] : Self.pages.map { Link(href: $0, label: $1, isCurrent: $0 == place) }
    }
}
