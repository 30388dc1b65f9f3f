/// Reads CSV row by row: RFC 4180, with a delimiter of choice, as UTF-8.
///
/// Lines end with LF, CR LF or CR; empty lines are no rows. A byte order mark is skipped. The first row says how many
/// fields every row has. Memory does not grow with the file. Files with any number of blanks between their fields are
/// read as well: see ``CSVDelimiter/blanks``.
public struct CSVReader: ~Copyable {
    /// Bytes that one row may have.
    public static let rowLimit = 8 << 20

    private let delimiter: UInt8
    /// Whether blanks of any number stand between the fields.
    private let splitsAtBlanks: Bool
    private var fieldCount: Int?
    private var chunks: ByteChunks
    private var buffer: [UInt8] = []
    private var position = 0
    /// How many bytes of the file come before `buffer`.
    private var bufferOffset = 0
    private var isAtEnd = false
    private var line = 1
    /// Where in the file the current line begins.
    private var lineOffset = 0
    /// The first mistake of the current row that does not keep it from being read to its end.
    private var mistake: CSVError?

    /// Reads the file at `path`.
    ///
    /// - Parameter fieldCount: how many fields every row has; by default as many as the first one.
    /// - Throws: ``CSVError`` when there is no such file.
    public init(
        path: String, delimiter: CSVDelimiter = .comma, fieldCount: Int? = nil
    ) throws(CSVError) {
        self.init(try ByteChunks(path: path), delimiter, fieldCount)
    }

    /// Reads `bytes`.
    public init(bytes: [UInt8], delimiter: CSVDelimiter = .comma, fieldCount: Int? = nil) {
        self.init(ByteChunks(bytes: bytes), delimiter, fieldCount)
    }

    private init(_ chunks: ByteChunks, _ delimiter: CSVDelimiter, _ fieldCount: Int?) {
        let byte = delimiter.byte
        precondition(byte < 0x80 && ![.quote, .lineFeed, .carriageReturn].contains(byte), "a delimiter")
        self.chunks = chunks
        self.delimiter = byte
        splitsAtBlanks = delimiter == .blanks
        self.fieldCount = fieldCount
    }

    /// The next row; nil at the end of the file.
    ///
    /// - Throws: ``CSVError``. Unless it is final, the next call returns the row behind the bad one.
    public mutating func next() throws(CSVError) -> CSVRow? {
        var row = CSVRow()
        switch try read(into: &row) {
        case .row: return row
        case .mistake(let mistake): throw mistake
        case .end: return nil
        }
    }

    /// What was read.
    enum Outcome {
        case row
        /// A row that is none; the next one may be.
        case mistake(CSVError)
        case end
    }

    /// As ``next()``, into a row whose memory is used again; throws final mistakes only.
    mutating func read(into row: inout CSVRow) throws(CSVError) -> Outcome {
        guard try skipEmptyLines() else { return .end }
        row.begin(on: line)
        mistake = nil
        if splitsAtBlanks {
            while try readWord(into: &row) { row.endField(before: delimiter) }
            row.endField(at: row.bytes.count)
        } else if try !readPlainRow(into: &row) {
            row.begin(on: line)
            while try readField(into: &row) { row.endField(before: delimiter) }
            row.endField(at: row.bytes.count)
        }
        if let mistake { return .mistake(mistake) }
        if let field = row.firstInvalidField { return .mistake(row.mistake(.invalidUTF8(field: field + 1))) }
        if let fieldCount, row.count != fieldCount {
            return .mistake(row.mistake(.fieldCount(found: row.count, expected: fieldCount)))
        }
        fieldCount = row.count
        return .row
    }

    // MARK: Fields

    /// Reads a row without quotation marks that lies in the buffer as a whole, as almost all do; any other row is left
    /// for ``readField(into:)``.
    private mutating func readPlainRow(into row: inout CSVRow) throws(CSVError) -> Bool {
        var index = position
        while index < buffer.count {
            let byte = buffer[index]
            if byte == delimiter {
                row.endField(at: index - position)
            } else if byte == .lineFeed || byte == .carriageReturn {
                row.endField(at: index - position)
                try take(upTo: index, into: &row)
                try skipLineEnd()
                return true
            } else if byte == .quote {
                return false
            }
            index += 1
        }
        return false
    }

    /// Reads one field of a row that is split at blanks, and the blanks behind it; false when it is the last one.
    private mutating func readWord(into row: inout CSVRow) throws(CSVError) -> Bool {
        while let byte = try peek(), !byte.isBlank, byte != .lineFeed, byte != .carriageReturn {
            try take(upTo: buffer.endOfWord(from: position), into: &row)
        }
        while let byte = try peek() {
            if byte == .lineFeed || byte == .carriageReturn {
                try skipLineEnd()
                return false
            }
            guard byte.isBlank else { return true }
            position += 1
        }
        return false
    }

    /// Reads one field and what ends it; false when it is the last one of its row.
    private mutating func readField(into row: inout CSVRow) throws(CSVError) -> Bool {
        if try peek() == .quote { try readQuoted(into: &row) }
        while true {
            try take(upTo: buffer.endOfPlain(from: position, delimiter: delimiter), into: &row)
            guard let byte = try peek() else { return false }
            if byte == .lineFeed || byte == .carriageReturn {
                try skipLineEnd()
                return false
            }
            if byte == delimiter {
                position += 1
                return true
            }
            if byte == .quote {
                note(.strayQuote, at: bufferOffset + position)
                row.bytes.append(byte)
                position += 1
            }
        }
    }

    /// Reads from a field's first quotation mark to its last.
    private mutating func readQuoted(into row: inout CSVRow) throws(CSVError) {
        let start = (line: line, column: bufferOffset + position - lineOffset + 1)
        position += 1
        while true {
            try take(upTo: buffer.endOfQuoted(from: position), into: &row)
            guard let byte = try peek() else {
                throw CSVError(line: start.line, column: start.column, reason: .unterminatedQuote)
            }
            switch byte {
            case .quote:
                position += 1
                guard try peek() == .quote else { return try checkBehindQuote() }
                row.bytes.append(byte)
                position += 1
            case .lineFeed:
                row.bytes.append(byte)
                try skipLineEnd()
            case .carriageReturn:
                row.bytes.append(byte)
                position += 1
                if try peek() != .lineFeed { beginLine() }
            default: continue
            }
        }
    }

    /// Behind the last quotation mark comes a delimiter or the end of the row.
    private mutating func checkBehindQuote() throws(CSVError) {
        guard let byte = try peek(), ![delimiter, .lineFeed, .carriageReturn].contains(byte) else { return }
        note(.strayQuote, at: bufferOffset + position - 1)
    }

    private mutating func note(_ reason: CSVError.Reason, at offset: Int) {
        if mistake == nil { mistake = CSVError(line: line, column: offset - lineOffset + 1, reason: reason) }
    }

    // MARK: Lines

    /// Goes to the next row, behind the blanks it begins with where they say nothing; false when there is none.
    private mutating func skipEmptyLines() throws(CSVError) -> Bool {
        while let byte = try peek() {
            if byte == .lineFeed || byte == .carriageReturn {
                try skipLineEnd()
            } else if splitsAtBlanks, byte.isBlank {
                position += 1
            } else {
                return true
            }
        }
        return false
    }

    private mutating func skipLineEnd() throws(CSVError) {
        let isReturn = buffer[position] == .carriageReturn
        position += 1
        if isReturn, try peek() == .lineFeed { position += 1 }
        beginLine()
    }

    private mutating func beginLine() {
        line += 1
        lineOffset = bufferOffset + position
    }

    // MARK: Bytes

    /// The byte at the position; nil at the end of the file.
    private mutating func peek() throws(CSVError) -> UInt8? {
        if position == buffer.count {
            guard !isAtEnd else { return nil }
            let isFirst = bufferOffset + buffer.count == 0
            bufferOffset += buffer.count
            buffer = try chunks.next()
            position = isFirst && buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            if isFirst { lineOffset = position }
            isAtEnd = buffer.isEmpty
            if position == buffer.count { return try peek() }
        }
        return buffer[position]
    }

    private mutating func take(upTo end: Int, into row: inout CSVRow) throws(CSVError) {
        guard row.bytes.count + end - position <= Self.rowLimit else {
            isAtEnd = true
            position = buffer.count
            throw row.mistake(.rowTooLong(limit: Self.rowLimit))
        }
        row.bytes.append(contentsOf: buffer[position..<end])
        position = end
    }
}

// MARK: - Scanning

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
}

extension [UInt8] {
    /// The first byte from `start` on that may end a field without quotation marks.
    fileprivate func endOfPlain(from start: Int, delimiter: UInt8) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            if byte == delimiter || byte == .lineFeed || byte == .carriageReturn || byte == .quote { break }
            index += 1
        }
        return index
    }

    /// The first byte from `start` on that ends a field of a row that is split at blanks.
    fileprivate func endOfWord(from start: Int) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            if byte.isBlank || byte == .lineFeed || byte == .carriageReturn { break }
            index += 1
        }
        return index
    }

    /// The first byte from `start` on that is no plain part of a quoted field.
    fileprivate func endOfQuoted(from start: Int) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            if byte == .quote || byte == .lineFeed || byte == .carriageReturn { break }
            index += 1
        }
        return index
    }
}
