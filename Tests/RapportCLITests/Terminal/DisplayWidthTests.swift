import Testing

@testable import RapportCLI

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0),
        ("Rapport", 7),
        ("客户关系", 8),
        ("张伟 (Zhang Wei)", 16),
        ("ｆｕｌｌ", 8),
        ("ｶﾀｶﾅ", 4),
        ("カタカナ", 8),
        ("한국어", 6),
        ("\u{1112}\u{1161}\u{11AB}", 2),
        ("é", 1),
        ("e\u{301}", 1),
        ("\u{301}", 0),
        ("が", 2),
        ("か\u{3099}", 2),
        ("กำ", 2),
        ("，。「」", 8),
        ("…", 1),
        ("█▏─●", 4),
        ("㐀𠀀", 4),
        ("〿", 1),
    ])
    func textTakesColumns(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(arguments: [
        "👩‍👩‍👧", "🇨🇳", "1️⃣", "👍🏽", "❤️", "❤️‍🔥", "🏳\u{200D}🌈", "⛹🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🚀", "⌚", "🀄",
    ])
    func emojiTakesTwoColumns(emoji: String) {
        #expect(emoji.count == 1)
        #expect(emoji.displayWidth == 2)
    }

    @Test(arguments: [("1", 1), ("1\u{20E3}", 1), ("❤", 1), ("©", 1), ("1234", 4), ("#1", 2)])
    func symbolThatOnlyMayBeEmojiTakesOneColumn(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(arguments: ["\n", "\r\n", "\t", "\u{1B}", "\u{7F}", "\u{85}", "\u{200B}", "\u{FEFF}", "\u{2028}", "\u{200D}"])
    func controlsAndInvisiblesTakeNoColumn(text: String) {
        #expect(text.displayWidth == 0)
    }

    @Test func softHyphenTakesOneColumn() {
        #expect("\u{AD}".displayWidth == 1)
    }

    @Test func wideRangesAreInOrderAndApart() {
        let ranges = Unicode.Scalar.wideRanges
        for (range, next) in zip(ranges, ranges.dropFirst()) {
            #expect(range.upperBound + 1 < next.lowerBound)
        }
    }
}

@Suite struct FittingTests {
    @Test(arguments: [
        ("Rapport", 7, "Rapport"),
        ("Rapport", 6, "Rappo…"),
        ("Rapport", 1, "…"),
        ("Rapport", 0, ""),
        ("", 0, ""),
        ("客户关系", 8, "客户关系"),
        ("客户关系", 7, "客户关…"),
        ("客户关系", 6, "客户…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
    ])
    func truncatedTextKeepsWholeCharacters(text: String, width: Int, expected: String) {
        let truncated = text.truncated(toWidth: width)
        #expect(truncated == expected)
        #expect(truncated.displayWidth <= width)
    }

    @Test(arguments: [
        ("客户", 6, TextAlignment.left, "客户  "),
        ("客户", 6, .right, "  客户"),
        ("客户", 4, .right, "客户"),
        ("客户", 3, .left, "客户"),
    ])
    func paddedTextFillsColumns(text: String, width: Int, alignment: TextAlignment, expected: String) {
        #expect(text.padded(toWidth: width, alignment: alignment) == expected)
    }
}

@Suite struct PrintableTextTests {
    @Test(arguments: [
        ("张伟", "张伟"),
        ("two\nlines\tand\r\nmore", "two lines and  more"),
        ("\u{1B}[2Jgone", "\u{FFFD}[2Jgone"),
        ("\u{9B}2J", "\u{FFFD}2J"),
        ("abc\u{202E}fed", "abc\u{FFFD}fed"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ])
    func nothingCommandsTheTerminal(text: String, expected: String) {
        #expect(text.printable == expected)
    }
}
