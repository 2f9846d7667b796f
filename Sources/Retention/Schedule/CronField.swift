/// One of the five fields of a cron expression: its name, its range and its words.
enum CronField {
    case minute, hour, dayOfMonth, month, weekday

    var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day-of-month"
        case .month: "month"
        case .weekday: "weekday"
        }
    }

    /// What `*` stands for.
    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .weekday: 0...6
        }
    }

    /// The largest number that can be written: 7 is Sunday, too.
    var largest: Int { self == .weekday ? 7 : range.upperBound }

    /// Words in place of numbers; the first one is the lowest value of the field.
    var words: [String] {
        switch self {
        case .minute, .hour, .dayOfMonth: []
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        }
    }

    /// What can be written, for error texts.
    var allowed: String {
        switch self {
        case .minute: "0-59, ranges (0-30), lists (0,30) and steps (*/15)"
        case .hour: "0-23, ranges (8-18), lists (6,18) and steps (*/6)"
        case .dayOfMonth: "1-31, L for the last day, ranges (1-7), lists (1,15), steps (*/2) and ?"
        case .month: "1-12 or jan-dec, ranges (apr-sep), lists (1,7) and steps (*/3)"
        case .weekday: "0-7 (0 and 7 are Sunday) or sun-sat, ranges (mon-fri), lists (mon,thu), steps (*/2) and ?"
        }
    }
}
