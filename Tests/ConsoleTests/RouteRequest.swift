import HTTPTypes

@testable import Console

/// A good request for each route of the table, made from what the table says of it.
struct RouteRequest: Sendable {
    let uri: String
    let body: String?

    init(_ route: Route) {
        let path = route.template.replacing("{id}", with: "r1").replacing("{task}", with: "tmp_dirs")
        let query = route.parameters.filter(\.isRequired).map { "\($0.name)=tmp_dirs" }
        uri = path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        switch route.body {
        case .none: body = nil
        case .json("RunOrder", _): body = #"{"tasks":["tmp_dirs"]}"#
        case .json("PlanOrder", _): body = #"{"tasks":["tmp_dirs"]}"#
        case .json("SettingsChange", _): body = #"{"dry_run":true}"#
        case .json("QueryOrder", _): body = #"{"name":"active_jobs"}"#
        case .json: body = #"{"app":"a","sessions_cleared":1,"bytes_freed":2,"errors":0}"#
        case .secret: body = #"{"token":"\#(TestTokens.view)"}"#
        }
    }
}

extension Route {
    /// Names it in messages of tests.
    var label: String { "\(method.rawValue) \(template)" }
}
