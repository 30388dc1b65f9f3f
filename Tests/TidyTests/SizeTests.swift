import Testing

@Suite struct SizeTests {
    @Test func noFileHasMoreThan500Lines() throws {
        let long = try PackageFolder.handWritten().filter { $0.lines.count > 500 }
        #expect(long.map { "\($0.path) has \($0.lines.count) lines" } == [])
    }

    @Test func filesOver300LinesBecomeFewer() throws {
        let long = try PackageFolder.handWritten().filter { $0.lines.count > 300 }
        Ratchet.longFiles.check(long.map { "\($0.path) has \($0.lines.count) lines" })
    }

    @Test func noFunctionHasMoreThan70Lines() throws {
        let long = try PackageFolder.handWritten().flatMap { file in
            file.declarations.compactMap { declaration -> String? in
                guard let count = declaration.lineCount, count > 70 else { return nil }
                return "\(file.place(declaration.line)): \(declaration.keyword) \(declaration.name) has \(count) lines"
            }
        }
        #expect(long == [])
    }

    @Test func noLineHasMoreThan120Columns() throws {
        let long = try PackageFolder.handWritten().flatMap { file in
            file.lines.indices.filter { file.lines[$0].count > 120 }.map { file.place($0 + 1) }
        }
        #expect(long == [])
    }
}
