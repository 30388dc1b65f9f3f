import FuzzSupport
import Rapport

@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe Fuzzing.run(CSVInput.self, [UInt8](UnsafeBufferPointer(start: start, count: count)))
}

/// CSV: reading comes to an end, and rows that were read survive being written and read again. The first byte chooses
/// the delimiter.
enum CSVInput: FuzzedInput {
    private static let delimiters = ",;\t|".utf8.map { CSVDelimiter.character($0) } + [.blanks]

    static func take(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let delimiter = delimiters[Int(first) % delimiters.count]
        let rows = rows(of: Array(bytes.dropFirst()), delimiter)
        let again = self.rows(of: delimiter == .blanks ? words(rows) : written(rows, delimiter), delimiter)
        require(again == rows, "rows that were written are \(rows.prefix(20)), not \(again.prefix(20))")
    }

    /// The bytes of the fields of all rows that are CSV.
    private static func rows(of bytes: [UInt8], _ delimiter: CSVDelimiter) -> [[[UInt8]]] {
        var reader = CSVReader(bytes: bytes, delimiter: delimiter)
        var rows: [[[UInt8]]] = []
        var line = 0
        // No row is without a byte.
        for _ in 0...bytes.count {
            do {
                guard let row = try reader.next() else { return rows }
                require(row.line > line, "lines that ascend, not \(row.line) behind \(line)")
                line = row.line
                rows.append(row.fields.map { Array($0.utf8) })
            } catch {
                require(error.line >= 1 && error.column >= 1, "a place, not \(error)")
                if error.isFinal { return rows }
            }
        }
        require(false, "the end after \(bytes.count) bytes")
        return rows
    }

    /// A blank comes first, so that what a row begins with is no byte order mark.
    private static func words(_ rows: [[[UInt8]]]) -> [UInt8] {
        rows.flatMap { row in row.flatMap { [UInt8(ascii: " ")] + $0 } + [UInt8(ascii: "\n")] }
    }

    private static func written(_ rows: [[[UInt8]]], _ delimiter: CSVDelimiter) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            for (number, field) in row.enumerated() {
                if number > 0, case .character(let byte) = delimiter { bytes.append(byte) }
                bytes.append(UInt8(ascii: "\""))
                for byte in field {
                    if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                    bytes.append(byte)
                }
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    static var seeds: [[UInt8]] {
        [
            "a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "\u{FEFF}a,b\n", "a,,\n,,\n", "\"a\",\"b,c\"\n",
            "\"a \"\"b\"\"\",c\n", "\"one\r\ntwo\",x\r\n", "Größe,日本\n€,🧭\n", "\n\na\n\n\nb\n\n", "a,b\n1,x\"y\n3,4\n",
            "a,b\n1\n3,4\n", "a,b\n1,\"2\n3,4\n", "opportunity_id,deal_stage,close_value\n1C1I7A6R,Won,1054\n",
            " id  day\r\n 1\t19970101 \r\n", "  \n a \"b\" \n", "a b\n1\n", "a b",
        ].enumerated().map { number, text in [UInt8(number % delimiters.count)] + Array(text.utf8) }
    }
}
