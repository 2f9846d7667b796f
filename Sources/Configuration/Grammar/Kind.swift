import Retention

/// A kind of single value: how it is written in YAML, what text is right, and how the JSON Schema says so.
struct Kind: Sendable {
    /// What YAML makes of a value that is written without quotes.
    enum Form: Sendable {
        case nothing
        case flag
        case integer
        case number
        case text
    }

    /// What is expected, with its article: `a duration such as 30m`.
    var noun: String
    /// The forms in which a value without variables may be written.
    var forms: Set<Form>
    /// The schema of a value without variables.
    var schema: JSON
    /// `${…}` is replaced in it; never in SQL, where a value would become a part of the statement.
    var isReplaced = true
    /// It may hold a password: no message quotes it.
    var isSecret = false
    var parse: @Sendable (String) throws(KindError) -> Value

    init(
        noun: String,
        forms: Set<Form>,
        schema: JSON,
        isReplaced: Bool = true,
        isSecret: Bool = false,
        parse: @escaping @Sendable (String) throws(KindError) -> Value
    ) {
        self.noun = noun
        self.forms = forms
        self.schema = schema
        self.isReplaced = isReplaced
        self.isSecret = isSecret
        self.parse = parse
    }

    func accepts(_ text: String) -> Bool {
        do {
            _ = try parse(text)
            return true
        } catch {
            return false
        }
    }
}

/// Why a text is not of a kind: a sentence without the key.
struct KindError: Error {
    var message: String
    /// The sentence quotes the value, so that it must not be shown of a value from the environment.
    var isQuoting = false

    init(_ message: String) {
        self.message = message
    }

    static func quoting(_ message: String) -> Self {
        var error = Self(message)
        error.isQuoting = true
        return error
    }
}

/// A value that was checked against its kind.
enum Value: Sendable {
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case age(Age)
    case milliseconds(Int64)
    case bytes(Int64)
    /// A share of something, 0...100.
    case percent(Double)
    case address(HTTPConfiguration.Address)
    case window(Cycle.Window)
    case environment(Cycle.EnvironmentCondition)
    case secret(Secret.Text)
    case url(ConnectionURL)
    case literal(TaskConfiguration.Literal)
    case list([Entry])
    case table(Table)
    case section(Section)
}
