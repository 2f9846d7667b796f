import Retention
import Testing

@Suite struct GlobTests {
    @Test(
        arguments: [
            ("*.log", "a.log", true), ("*.log", ".log", true), ("*.log", "a.log.gz", false),
            ("*.log", "d/a.log", false),
            ("*", "a", true), ("*", ".hidden", true), ("*", "a/b", false), ("a*", "a", true), ("a*b", "ab", true),
            ("a*b", "a", false), ("a*a", "a", false), ("?", "a", true), ("?", "", false), ("?", "ab", false),
            ("a?c", "a/c", false), ("*/backups/*", "prod/backups/a.db", true), ("*/backups/*", "backups/a.db", false),
            ("*/backups/*", "x/y/backups/a.db", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/b/c", false), ("a/**/b", "ab", false), ("a/**", "a/x", true), ("a/**", "a/x/y", true),
            ("a/**", "a", false), ("**/x", "x", true), ("**/x", "a/b/x", true), ("**/x", "a/b/xx", false),
            ("**", "a", true), ("**", "a/b/c", true), ("**/a/**/b/**", "a/b/c", true),
            ("**/a/**/b/**", "z/a/y/b/x", true),
            ("**/a/**/b/**", "a/b", false), ("a/**/**/b", "a/b", true), ("a**b", "axb", true), ("a**b", "a/b", false),
            ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a-c]x", "ax", false),
            ("[!a]", "/", false), ("[]a]", "]", true), ("[a-]", "-", true), ("[\\]]", "]", true), ("[,]", ",", true),
            ("*.log.[0-9]*", "a.log.12", true), ("*.log.[0-9]*", "a.log.x", false), ("{a,b}.log", "b.log", true),
            ("{a,b}.log", "c.log", false), ("{a,b{c,d}}", "bd", true), ("{a,b{c,d}}", "b", false),
            ("a{,.gz}", "a", true),
            ("a{,.gz}", "a.gz", true), ("{a/b,c}/d", "a/b/d", true), ("{a/b,c}/d", "c/d", true),
            ("{[a,b],c}", ",", true),
            ("\\*", "*", true), ("\\*", "a", false), ("\\{a\\}", "{a}", true), ("a,b", "a,b", true),
            ("**/*[Cc]hrome*/**", "a/my-Chrome-1/b", true), ("**/*[Cc]hrome*/**", "chrome/b/c", true),
            ("**/*[Cc]hrome*/**", "chrome", false), ("ü*", "üx", true), ("?", "ü", false), ("??", "ü", true),
        ] as [(String, String, Bool)]
    )
    func matchesWholePaths(_ pattern: String, _ path: String, _ expected: Bool) throws {
        #expect(try Glob(pattern).matches(Array(path.utf8)) == expected)
        #expect(try Glob(pattern).matches(path.utf8) == expected)
    }

    @Test func matchesBytesThatAreNotText() throws {
        let name: [UInt8] = [0x61, 0xFF, 0x0A, 0x62]
        #expect(try Glob("a??b").matches(name))
        #expect(try Glob("a*b").matches(name))
        #expect(try Glob("a[!x]?b").matches(name))
        #expect(try !Glob("a?b").matches(name))
    }

    @Test(arguments: [
        ("", "The glob \"\" is empty and matches nothing. Write \"**\" for everything."),
        ("/a", "The glob \"/a\" starts with a slash. Globs are relative; leave the slash out."),
        ("{a,/b}", "The glob \"{a,/b}\" starts with a slash. Globs are relative; leave the slash out."),
        ("a/../b", "The glob \"a/../b\" has a component \".\" or \"..\", which no item's path has."),
        ("{..,a}/b", "The glob \"{..,a}/b\" has a component \".\" or \"..\", which no item's path has."),
        ("./a", "The glob \"./a\" has a component \".\" or \"..\", which no item's path has."),
        (
            "a//b",
            "The glob \"a//b\" has an empty component. Leave out the doubled or last slash; write \"a/**\" for all "
                + "beneath a."
        ),
        (
            "a/",
            "The glob \"a/\" has an empty component. Leave out the doubled or last slash; write \"a/**\" for all "
                + "beneath a."
        ),
        ("a[b", "The glob \"a[b\" has a \"[\" without its \"]\". Write \"\\[\" for the character itself."),
        ("a]b", "The glob \"a]b\" has a \"]\" without its \"[\". Write \"\\]\" for the character itself."),
        ("a{b", "The glob \"a{b\" has a \"{\" without its \"}\". Write \"\\{\" for the character itself."),
        ("a}b", "The glob \"a}b\" has a \"}\" without its \"{\". Write \"\\}\" for the character itself."),
        (
            "{a}",
            "The glob \"{a}\" has braces without a comma. Write {a,b} for alternatives, or \"\\{\" for the character "
                + "itself."
        ),
        ("[z-a]", "The glob \"[z-a]\" has a range that runs backwards. Write the lower end first."),
        ("[[:digit:]]", "The glob \"[[:digit:]]\" has a named class. Write its bytes, as [0-9] for digits."),
        ("[ä]", "The glob \"[ä]\" has a class with a character of several bytes. Write alternatives, as {ä,ö}."),
        ("a\\", "The glob \"a\\\" ends in a backslash. Write two for the character itself."),
        ("a\0b", "The glob \"a\\x00b\" holds a NUL byte, which no name can hold."),
        (
            "{a,}",
            "The glob \"{a,}\" has an alternative that is empty and matches nothing. Leave it out."
        ),
    ])
    func refusesWithWhatToWrite(_ pattern: String, _ message: String) {
        #expect(performing: { try Glob(pattern) }, throws: { ($0 as? GlobError)?.message == message })
    }

    @Test func refusesExplosionsQuickly() {
        let exploding = String(repeating: "{a,b}", count: 800)  // 2^800
        let deep = String(repeating: "{a,", count: 9) + "b" + String(repeating: "}", count: 9)
        let long = String(repeating: "a", count: 4097)
        let heavy = "{" + String(repeating: "a,", count: 999) + "b}" + String(repeating: "x", count: 300)
        let refusals: [(String, GlobError.Code)] = [
            (exploding, .exploding), (deep, .exploding), (heavy, .exploding), (long, .tooLong),
        ]
        for (pattern, code) in refusals {
            #expect(performing: { try Glob(pattern) }, throws: { ($0 as? GlobError)?.code == code })
        }
        #expect(throws: Never.self) { try Glob("{" + String(repeating: "a,", count: 999) + "b}") }
    }

    @Test func staysFastWhereBacktrackingWouldNot() throws {
        let stars = try Glob(String(repeating: "*a", count: 60) + "*b")
        let deep = try Glob(String(repeating: "**/a/", count: 60) + "b")
        let name = [UInt8](repeating: UInt8(ascii: "a"), count: 255)
        let path = Array(String(repeating: "a/", count: 500).utf8) + [UInt8(ascii: "a")]
        let elapsed = ContinuousClock().measure {
            #expect(!stars.matches(name))
            #expect(!deep.matches(path))
        }
        // Exponential work would not end within a lifetime.
        #expect(elapsed < .seconds(5))
    }

    @Test func matchesNamesAtAnyDepthWithoutSlash() throws {
        let set = try GlobSet(["*.log", "cache/**", "tmp/*.{a,b}"])
        func match(_ path: String) -> String? {
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            return Array(path.utf8).withUnsafeBytes { path in
                Array(name.utf8).withUnsafeBytes { name in
                    #expect(set.matches(path: path, name: name) == (set.firstMatch(path: path, name: name) != nil))
                    return set.firstMatch(path: path, name: name)
                }
            }
        }
        #expect(match("a/b/c.log") == "*.log")
        #expect(match("c.log") == "*.log")
        #expect(match("cache/x") == "cache/**")
        #expect(match("x/cache/x") == nil)
        #expect(match("tmp/q.b") == "tmp/*.{a,b}")
        #expect(match("q.b") == nil)
        #expect(try GlobSet([]).isEmpty)
        #expect(try Glob("a").hasSlash == false)
        #expect(try Glob("{a/b,c}").hasSlash)
    }
}
