import HTTPTypes
import Hummingbird
import Retention

/// The page `/cleanup`: documents of the API as HTML; what its buttons do are calls of the API.
extension ConsoleRoutes {
    private static let scripts = [
        ("page.js", script(PackageResources.page_js)), ("page/calls.js", script(PackageResources.calls_js)),
        ("page/fields.js", script(PackageResources.fields_js)), ("page/live.js", script(PackageResources.live_js)),
        ("page/settings.js", script(PackageResources.settings_js)),
        ("page/words.js", script(PackageResources.words_js)),
    ]
    private static let style = part(PackageResources.page_css, "text/css; charset=utf-8")
    private static let icon = part(PackageResources.icon_svg, "image/svg+xml")

    private static func script(_ bytes: [UInt8]) -> EmbeddedFile { part(bytes, "text/javascript; charset=utf-8") }

    /// Asked for each time: a page and a script of two versions do not understand each other.
    private static func part(_ bytes: [UInt8], _ type: String) -> EmbeddedFile {
        EmbeddedFile(bytes, type: type, caching: "no-cache")
    }

    /// How many items stand beneath a run or a task of a plan.
    private static let listed = 100

    var page: [Route] { overview + tasks + history + planned + others + files }

    private var files: [Route] {
        Self.scripts.map { Self.file($0, "text/javascript", "A script of the page.", $1) } + [
            Self.file("page.css", "text/css", "The page's style.", Self.style),
            Self.file("icon.svg", "image/svg+xml", "The page's icon.", Self.icon),
        ]
    }

    private static func file(_ name: String, _ type: String, _ summary: String, _ file: EmbeddedFile) -> Route {
        Route(
            method: .get,
            template: "/cleanup/\(name)",
            summary: summary,
            answers: [.other(type), .empty(.notModified)]
        ) { try file.answer($0.request) }
    }

    private func route(
        _ template: String,
        _ summary: String,
        role: ConsoleConfiguration.Role = .view,
        _ parameters: [QueryParameter] = [],
        _ handler: @escaping @Sendable (Call) async throws -> Response
    ) -> Route {
        Route(
            method: .get,
            template: template,
            role: role,
            summary: summary,
            parameters: parameters,
            isPage: true,
            answers: [.other("text/html")],
            handler: handler
        )
    }

    private var overview: [Route] {
        [
            route("/cleanup", "The page: state, tasks, schedule, configuration.") { call in
                let view = OverviewPage(try await backend.status())
                return try pages.answer(
                    PageFrame("Overview", template: "overview", place: "/cleanup", caller: call.caller, content: view)
                )
            },
            route("/cleanup/widget", "A few lines for another dashboard; framed by http.frame_ancestors.") { call in
                let view = WidgetPage(try await backend.status())
                return try pages.answer(
                    PageFrame("cleanupd", template: "widget", place: nil, caller: call.caller, content: view),
                    layout: "widget",
                    isFramed: true
                )
            },
        ]
    }

    private var tasks: [Route] {
        [
            route("/cleanup/tasks/{task}", "A task, and what would go now.") { call in
                let status = try await backend.status()
                let name = call.path["task"] ?? ""
                guard let task = status.tasks.first(where: { $0.name == name }) else {
                    let known = status.tasks.map(\.name)
                    throw ConsoleError(.notFound, EditDistance.nothing("task", called: name, among: known))
                }
                let view = TaskPage(task, status)
                return try pages.answer(
                    PageFrame(task.name, template: "task", place: "/cleanup", caller: call.caller, content: view)
                )
            },
            route("/cleanup/tasks/{task}/candidates", "What would go now, item by item.", [.search, .after, .limit]) {
                call in
                let found = try await backend.candidates(
                    task: call.path["task"] ?? "",
                    search: call.query.text("search"),
                    onlyOrphans: false,
                    after: call.query.text("after"),
                    limit: call.query.integer("limit")
                )
                let view = CandidatesPage(found, search: call.query.text("search"))
                return try pages.answer(
                    PageFrame(
                        "\(found.task): what would go",
                        template: "candidates",
                        place: "/cleanup",
                        isLive: false,
                        caller: call.caller,
                        content: view
                    )
                )
            },
        ]
    }

    private var history: [Route] {
        [
            route("/cleanup/runs", "History.", [.task(isRequired: false), .before, .limit]) { call in
                let (task, before) = (call.query.text("task"), call.query.text("before"))
                let page = try await backend.runs(task: task, before: before, limit: call.query.integer("limit"))
                let names = try await backend.settings().tasks.keys.sorted()
                let view = HistoryPage(page, tasks: names, task: task, before: before)
                return try pages.answer(
                    PageFrame(
                        "History",
                        template: "history",
                        place: "/cleanup/runs",
                        caller: call.caller,
                        content: view
                    )
                )
            },
            route("/cleanup/runs/{id}", "A run, and its items.", [.search, .after]) { call in
                let result = try await backend.run(call.pathID)
                let active = result.state == .running ? try await backend.status().active : []
                let view = RunPage(result, active: active, list: try await list(of: result, call))
                return try pages.answer(
                    PageFrame(view.title, template: "run", place: "/cleanup/runs", caller: call.caller, content: view)
                )
            },
        ]
    }

    /// The items of a run of one task; those of several stand on their own pages.
    private func list(of result: RunResultDocument, _ call: Call) async throws -> ItemList? {
        guard result.tasks.count == 1, let run = result.tasks.values.first, run.state != .running else { return nil }
        let search = call.query.text("search")
        let items = try await backend.items(
            ofRun: run.id,
            search: search,
            after: call.query.text("after"),
            limit: Self.listed
        )
        return ItemList(items, of: run, search: search)
    }

    private var planned: [Route] {
        [
            route("/cleanup/plans/{id}", "A sealed plan, to be confirmed.", role: .operate) { call in
                let plan = try await backend.plan(call.pathID)
                var lists: [String: ItemList] = [:]
                for task in plan.tasks {
                    let items = try await backend.items(ofRun: task.run, search: nil, after: nil, limit: Self.listed)
                    lists[task.run] = ItemList(items, search: nil)
                }
                let view = PlanPage(plan, lists: lists)
                return try pages.answer(
                    PageFrame(
                        "Plan",
                        template: "plan",
                        place: "/cleanup",
                        isLive: false,
                        caller: call.caller,
                        content: view
                    )
                )
            }
        ]
    }

    private var others: [Route] {
        [
            route("/cleanup/jobs", "The queue.", [.states, .offset]) { call in
                let (states, offset) = (call.query.list("state"), call.query.integer("offset"))
                let page = try await backend.jobs(states: states, offset: offset, limit: JobsPage.limit)
                let view = JobsPage(page, states: states, offset: offset)
                return try pages.answer(
                    PageFrame("Jobs", template: "jobs", place: "/cleanup/jobs", caller: call.caller, content: view)
                )
            },
            route("/cleanup/settings", "Settings.") { call in
                let view = SettingsPage(try await backend.settings())
                return try pages.answer(
                    PageFrame(
                        "Settings",
                        template: "settings",
                        place: "/cleanup/settings",
                        caller: call.caller,
                        content: view
                    )
                )
            },
        ]
    }
}
