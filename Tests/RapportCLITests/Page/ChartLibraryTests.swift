import TestSupport
import Testing

@testable import RapportCLI

@Suite struct ChartLibraryTests {
    /// As Chart.js begins, and what makes it known to the page.
    static let script = "/*!\n * Chart.js v3.9.1\n */\nwindow.Chart=function(){};\n"

    @Test("a file of Chart.js is read, without carriage returns")
    func read() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Self.script.replacing("\n", with: "\r\n"), to: "chart.js")
        #expect(try ChartLibrary(file).script == Self.script)
    }

    @Test("where there is none, it says which package has it")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let failure = #expect(throws: CommandFailure.self) { try ChartLibrary(directory.path + "/chart.js") }
        #expect(failure?.status == .notFound)
        #expect(failure?.message.contains("apt-get install libjs-chart.js") == true)
    }

    @Test(
        "another script, or one that would end within the page, is refused",
        arguments: [
            "", "alert(1)", script + "// </script>", script.replacing("v3.", with: "v2."), "// Chart.js v3.9.1 import",
        ])
    func refused(text: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(text, to: "chart.js")
        let failure = #expect(throws: CommandFailure.self) { try ChartLibrary(file) }
        #expect(failure?.status == .badInput)
    }

    @Test("the source of a script is its SHA-256 in base64")
    func source() {
        // printf '' | openssl dgst -sha256 -binary | base64
        #expect(HTMLWriter.source(of: "") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")
    }
}
