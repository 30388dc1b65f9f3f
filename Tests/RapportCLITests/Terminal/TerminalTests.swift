import Testing

@testable import RapportCLI

@Suite struct TerminalTests {
    @Test func terminalShowsColour() {
        let terminal = Terminal(isTerminal: true, windowWidth: 120, environment: ["TERM": "xterm-256color"])
        #expect(terminal.width == 120)
        #expect(terminal.styled("ok", .green) == "\u{1B}[32mok\u{1B}[0m")
        #expect(terminal.styled("ok", .plain) == "ok")
        #expect(terminal.styled("", .green) == "")
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func environmentTurnsColourOff(environment: [String: String]) {
        let terminal = Terminal(isTerminal: true, windowWidth: 120, environment: environment)
        #expect(terminal.styled("ok", .green) == "ok")
    }

    @Test func emptyNoColourCountsAsNotSet() {
        #expect(Terminal(isTerminal: true, windowWidth: nil, environment: ["NO_COLOR": ""]).showsColour)
    }

    @Test func pipeIsPlainAndUnlimited() {
        let pipe = Terminal(isTerminal: false, windowWidth: nil, environment: [:])
        #expect(pipe.styled("ok", .green) == "ok")
        #expect(pipe.width == nil)
    }

    @Test(arguments: [("100", 100), ("0", 80), ("-3", 80), ("wide", 80), ("", 80)])
    func columnsOverrideTheWindowWhereTheyAreANumber(columns: String, width: Int) {
        let terminal = Terminal(isTerminal: true, windowWidth: 80, environment: ["COLUMNS": columns])
        #expect(terminal.width == width)
    }
}

@Suite struct ProgressLineTests {
    @Test(
        arguments: [
            (1_200_000, 2_000_000, 4, "Rebuild  1,200,000/2,000,000  60.0%  300,000/s  0:03 left"),
            (1000, 1_000_000, 1, "Rebuild  1,000/1,000,000  0.1%  1,000/s  16:39 left"),
            (1, 12_001, 1, "Rebuild  1/12,001  0.0%  1/s  3:20:00 left"),
            (10, 10, 2, "Rebuild  10/10  100.0%  5/s"),
            (0, 10, 2, "Rebuild  0/10  0.0%  0/s"),
            (0, 0, 0, "Rebuild  0/0  –  0/s"),
            (10, nil, 2, "Rebuild  10  5/s"),
        ] as [(Int, Int?, Int, String)])
    func lineTellsRateAndTimeLeft(done: Int, total: Int?, seconds: Int, text: String) {
        #expect(ProgressLine.text(label: "Rebuild", done: done, total: total, elapsed: .seconds(seconds)) == text)
    }
}
