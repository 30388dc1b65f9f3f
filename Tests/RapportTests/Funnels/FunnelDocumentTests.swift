import EventLog
@testable import Rapport
import SwiftProtobuf
import Testing

/// The text of a definition: what it may be made of, whoever has written it.
@Suite(.timeLimit(.minutes(1))) struct FunnelDocumentTests {
    /// Two steps, and what else a test is about.
    private static func yaml(_ more: String = "") -> String {
        """
        funnel: checkout
        steps:
          - {name: Viewed, event: TouchpointRecorded}
          - {name: Bought, event: OrderPlaced}
        \(more)
        """
    }

    /// What is told of a text.
    private static func error(_ text: String) -> FunnelDefinitionError? {
        #expect(throws: FunnelDefinitionError.self) { try FunnelDefinition(yaml: text, file: "a.yaml") }
    }

    // MARK: Aliases

    /// Nine lines, the last of which stands for a thousand million nodes.
    private static let bomb: String = {
        var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        for number in 1...8 {
            let aliases = [String](repeating: "*a\(number - 1)", count: 10).joined(separator: ", ")
            lines.append("a\(number): &a\(number) [\(aliases)]")
        }
        return lines.joined(separator: "\n")
    }()

    private static let bombKeys = ["*a8 : x", "? *a8\n: x", "? [*a8, *a8]\n: x", "title: {*a8 : x}"]

    @Test("aliases that stand for more than a computer holds are refused at once", arguments: bombKeys)
    func bombs(key: String) throws {
        let error = try #require(Self.error(Self.bomb + "\n" + key))
        #expect(error.code == .unreadYAML && error.line == 2 && error.column == 10, "\(error)")
    }

    private static let indicators: [(String, Int, Int)] = [
        ("title: *name", 5, 8), ("\"title\": *name", 5, 10), ("# *no\ntitle: *name", 6, 8),
        ("title: &a x\nzone: *a", 6, 7), ("hold: [channel, *a]", 5, 17), ("title: x\n? *a\n: x", 6, 1),
        ("*a : x", 5, 1), ("title: \"a *b\" # *c\nhold:\n- *a", 7, 3), ("breakdown: {? by : channel}", 5, 13),
    ]

    @Test("an alias, or a key behind a question mark, is told with its place", arguments: indicators)
    func places(more: String, line: Int, column: Int) throws {
        for lineBreak in ["\n", "\r\n"] {
            let text = Self.yaml(more).replacing("\n", with: lineBreak)
            let error = try #require(Self.error(text))
            #expect(error.code == .unreadYAML, "\(error)")
            #expect(error.line == line && error.column == column, "\(error)")
        }
    }

    private static let titles = [
        ("\"*a\"", "*a"), ("'*a ?b'", "*a ?b"), ("a *b", "a *b"), ("a * b ? c", "a * b ? c"), ("what?", "what?"),
        ("\"x: *y, ?z\"", "x: *y, ?z"), ("R&D", "R&D"), ("\"a # *b\" # *c", "a # *b"), ("a\n  *b", "a *b"),
        ("&name a", "a"),
    ]

    @Test("a star and a question mark within a text are characters like others", arguments: titles)
    func starsInTexts(written: String, read: String) throws {
        let funnel = try FunnelDefinition(yaml: Self.yaml("title: \(written)"))
        #expect(funnel.title == read)
        #expect(try FunnelDefinition(yaml: funnel.json) == funnel)
    }

    @Test("another fault in a text with a star is told with its place")
    func otherFaults() throws {
        let unknown = try #require(Self.error(Self.yaml("title: a*\nwindows: 1 d")))
        #expect(unknown.code == .unknownKey && unknown.line == 6 && unknown.column == 1, "\(unknown)")
        let open = try #require(Self.error(Self.yaml("title: \"a*")))
        #expect(open.code == .unreadableDocument && open.line > 0, "\(open)")
    }

    // MARK: Characters

    private static let misplaced: [(String, Int, Int)] = [
        ("\u{0}", 1, 1), ("funnel: a\u{0}", 1, 10), ("funnel: 张\u{1}", 1, 10), ("a\r\nb\rc\n\u{7F}", 4, 1),
        ("\u{FEFF}a\u{8}", 1, 2), ("# e\u{301}🙂\u{FFFE}", 1, 6), ("a\u{85}b\u{2028}\u{80}", 3, 1),
    ]

    @Test("a character that YAML does not have is told with its place", arguments: misplaced)
    func characters(text: String, line: Int, column: Int) throws {
        let error = try #require(Self.error(text))
        #expect(error.code == .unreadableDocument, "\(error)")
        #expect(error.line == line && error.column == column, "\(error)")
        #expect(error.reason.hasPrefix("U+"), "\(error)")
    }

    @Test("a byte order mark at the start is passed over, and moves no place")
    func byteOrderMark() throws {
        #expect(try FunnelDefinition(yaml: "\u{FEFF}" + Self.yaml()) == FunnelDefinition(yaml: Self.yaml()))
        let json = try FunnelDefinition(yaml: Self.yaml()).json
        #expect(try FunnelDefinition(yaml: "\u{FEFF}" + json).json == json)
        let error = try #require(Self.error("\u{FEFF}title: x"))
        #expect(error.code == .missingKey && error.line == 1 && error.column == 1, "\(error)")
    }

    // MARK: Nothing

    private static let left = [
        "title", "subject", "order", "count", "reentry", "window", "grace", "sessions", "exclusions", "exclusion_mode",
        "hold", "scope", "repeat_breaks", "from", "to", "zone", "clip_to_range", "breakdown",
    ]

    @Test("a key that is null is left out", arguments: left)
    func null(key: String) throws {
        let usual = try FunnelDefinition(yaml: Self.yaml())
        for word in ["null", "~"] { #expect(try FunnelDefinition(yaml: Self.yaml("\(key): \(word)")) == usual) }
    }

    @Test("the text null stands in quotes")
    func textOfNull() throws {
        let funnel = try FunnelDefinition(yaml: Self.yaml("title: \"null\""))
        #expect(funnel.title == "null")
        #expect(try FunnelDefinition(yaml: funnel.json) == funnel)
    }

    // MARK: Length

    @Test("a definition has at most 65,536 bytes")
    func length() throws {
        let yaml = Self.yaml() + "\n#"
        let longest = yaml + String(repeating: "x", count: 65_536 - yaml.utf8.count)
        #expect(try FunnelDefinition(yaml: longest) == FunnelDefinition(yaml: Self.yaml()))
        let error = try #require(Self.error(longest + "x"))
        #expect(error.code == .definitionTooLong && error.line == 0, "\(error)")
        #expect(error.description.hasPrefix("a.yaml: a definition has at most 65536 bytes, not 65537"))
    }

    @Test("what would be too long as JSON is refused before it is saved")
    func lengthOfJSON() throws {
        var definition = try FunnelDefinition(yaml: Self.yaml())
        // A control character has 1 byte, and 6 as JSON.
        let value = String(repeating: "\u{1}", count: 11_000)
        definition.steps[0].events.conditions = [EventCondition(.field("name"), .isOneOf([value]))]
        let error = #expect(throws: FunnelDefinitionError.self) { try definition.check() }
        #expect(error?.code == .definitionTooLong && error?.part == "")
    }

    // MARK: In the log

    @Test("definitions that another program has appended hang nothing, whatever they are made of")
    func inTheLog() async throws {
        let texts = [
            Self.bomb + "\n*a8 : x", String(repeating: "[", count: 100_000), "\u{0}", "",
            String(repeating: "x", count: 1_000_000), Self.yaml("clip_to_range: true"),
        ]
        var events: [NewEvent] = []
        for (number, text) in texts.enumerated() {
            let message = FunnelDefined.with { message in
                message.funnelID = "checkout"
                message.version = UInt32(number + 2)
                message.definition = text
            }
            #expect(throws: UnfitEvent.self) { try message.check() }
            events.append(
                NewEvent(
                    type: FunnelDefined.eventType, tags: [try EntityTag.funnel("checkout")],
                    data: try message.serializedBytes()))
        }
        events.append(NewEvent(type: FunnelDefined.eventType, tags: [try EntityTag.funnel("checkout")]))
        let folder = try CRMFolder()
        let saved = try await folder.crm.saveFunnel(FunnelDefinition(yaml: Self.yaml()))
        try folder.append(events)
        #expect(try folder.crm.savedFunnels() == [saved])
        #expect(try await folder.crm.saveFunnel(FunnelDefinition(yaml: Self.yaml("window: 1 d"))).version == 8)
        withExtendedLifetime(folder) {}
    }
}
