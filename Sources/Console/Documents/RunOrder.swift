/// `POST /api/cleanup/run`: what is to run, and how.
package struct RunOrder: Decodable, Sendable, Equatable {
    /// Values of one task's policy that this run replaces.
    package struct Override: Decodable, Sendable, Equatable {
        package struct Keep: Decodable, Sendable, Equatable {
            package var last: Int?

            enum CodingKeys: String, CodingKey, CaseIterable { case last }

            package init(last: Int?) { self.last = last }

            package init(from decoder: any Decoder) throws {
                last = try decoder.strictContainer(keyedBy: CodingKeys.self).decodeIfPresent(Int.self, forKey: .last)
            }
        }

        package var olderThan: String?
        package var keep: Keep?

        enum CodingKeys: String, CodingKey, CaseIterable { case olderThan, keep }

        package init(olderThan: String? = nil, keep: Keep? = nil) {
            self.olderThan = olderThan
            self.keep = keep
        }

        package init(from decoder: any Decoder) throws {
            let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
            olderThan = try members.decodeIfPresent(String.self, forKey: .olderThan)
            keep = try members.decodeIfPresent(Keep.self, forKey: .keep)
        }
    }

    /// `nil` = all that are due in cycles, in order.
    package var tasks: [String]?
    /// True unless the request says otherwise.
    package var dryRun: Bool
    /// By task.
    package var overrides: [String: Override]
    /// Values as text, as on the command line; a run with filters names one task.
    package var filters: [String: FilterValue]

    enum CodingKeys: String, CodingKey, CaseIterable { case tasks, dryRun, overrides, filters }

    package init(
        tasks: [String]? = nil,
        dryRun: Bool = true,
        overrides: [String: Override] = [:],
        filters: [String: FilterValue] = [:]
    ) {
        self.tasks = tasks
        self.dryRun = dryRun
        self.overrides = overrides
        self.filters = filters
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.strictContainer(keyedBy: CodingKeys.self)
        tasks = try members.decodeIfPresent([String].self, forKey: .tasks)
        dryRun = try members.decodeIfPresent(Bool.self, forKey: .dryRun) ?? true
        overrides = try members.decodeIfPresent([String: Override].self, forKey: .overrides) ?? [:]
        filters = try members.decodeIfPresent([String: FilterValue].self, forKey: .filters) ?? [:]
    }
}

/// The value of a filter as JSON has it; `text` is what the command line would be given.
package struct FilterValue: Decodable, Sendable, Equatable {
    package var text: String

    package init(text: String) { self.text = text }

    private enum Range: String, CodingKey, CaseIterable { case min, max }

    /// A text, a number, `true`/`false`, a list of numbers, or `{"min": 400, "max": 499}`.
    package init(from decoder: any Decoder) throws {
        if let list = Self.tried({ try [Int64](from: decoder) }) {
            text = list.map(String.init).joined(separator: ",")
        } else if let container = Self.tried({ try decoder.strictContainer(keyedBy: Range.self) }) {
            text = "\(try container.decode(Int64.self, forKey: .min))-\(try container.decode(Int64.self, forKey: .max))"
        } else {
            let value = try decoder.singleValueContainer()
            if let flag = Self.tried({ try value.decode(Bool.self) }) {
                text = String(flag)
            } else if let number = Self.tried({ try value.decode(Int64.self) }) {
                text = String(number)
            } else {
                text = try value.decode(String.self)
            }
        }
    }

    /// `nil` = it is of another type; then the next one is tried.
    private static func tried<Value>(_ body: () throws -> Value) -> Value? {
        do {
            return try body()
        } catch {
            return nil
        }
    }
}
