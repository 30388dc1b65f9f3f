internal import EventLog
internal import LMDB

extension SubjectLedger {
    /// What a person asks for. The event that says so names the request.
    struct Request: LedgerEntry {
        let source: Source
        let kind: Int64
        let law: String
        let identityProof: String
        /// Until when an answer is due, where that was stated.
        let statedDue: Int64?

        init(_ source: Source, _ received: borrowing SubjectRequestReceivedView) {
            self.source = source
            kind = Int64(received.kind.rawValue)
            law = received.law.text()
            identityProof = received.identityProof.text()
            statedDue = SubjectLedger.time(received.dueAtUs)
        }

        /// What for, in a word.
        var kindWord: String {
            switch SubjectRequestKind(rawValue: Int(truncatingIfNeeded: kind)) {
            case .access: "access"
            case .copy: "copy"
            case .rectify: "rectify"
            case .erase: "erase"
            case .port: "port"
            case .restrict: "restrict"
            case .object: "object"
            case .explain: "explain"
            case .unspecified, .UNRECOGNIZED, nil: "unspecified"
            }
        }

        /// Until when an answer is due: as stated, else by the law.
        var due: Timestamp {
            let receivedAt = Timestamp(microseconds: source.occurredAt)
            return statedDue.map { Timestamp(microseconds: $0) } ?? RequestClock.due(receivedAt, under: law)
        }

        func encode(into bytes: inout [UInt8]) {
            source.encode(into: &bytes)
            bytes.append(zigzag: kind)
            bytes.append(prefixed: law)
            bytes.append(prefixed: identityProof)
            bytes.append(statedDue == nil ? 0 : 1)
            if let statedDue { bytes.append(zigzag: statedDue) }
        }

        init(decoding reader: inout ByteReader) throws {
            source = try Source(decoding: &reader)
            kind = try reader.zigzag()
            law = try reader.text()
            identityProof = try reader.text()
            statedDue = try reader.u8() == 1 ? try reader.zigzag() : nil
        }
    }

    /// What a request was answered with.
    struct Answer: LedgerEntry {
        struct RefusedPart {
            let reason: String
            let lawRef: String
        }

        let source: Source
        let request: EventID
        let outcome: String
        let artefactSHA256: String
        private(set) var refused: [RefusedPart] = []

        init(_ source: Source, to request: EventID, _ fulfilled: borrowing SubjectRequestFulfilledView) throws {
            self.source = source
            self.request = request
            outcome = fulfilled.outcome.text()
            artefactSHA256 = fulfilled.artefactSha256.text()
            var parts: [RefusedPart] = []
            try fulfilled.forEachRefusedParts { part in
                parts.append(RefusedPart(reason: part.reason.text(), lawRef: part.lawRef.text()))
            }
            refused = parts
        }

        func encode(into bytes: inout [UInt8]) {
            source.encode(into: &bytes)
            bytes.append(varint: request.high)
            bytes.append(varint: request.low)
            bytes.append(prefixed: outcome)
            bytes.append(prefixed: artefactSHA256)
            bytes.append(varint: UInt64(refused.count))
            for part in refused {
                bytes.append(prefixed: part.reason)
                bytes.append(prefixed: part.lawRef)
            }
        }

        init(decoding reader: inout ByteReader) throws {
            source = try Source(decoding: &reader)
            request = EventID(high: try reader.varint(), low: try reader.varint())
            outcome = try reader.text()
            artefactSHA256 = try reader.text()
            for _ in 0..<(try reader.count()) {
                refused.append(RefusedPart(reason: try reader.text(), lawRef: try reader.text()))
            }
        }
    }

    /// The person's data is erased.
    struct Erasure: LedgerEntry {
        /// What a law keeps.
        struct Retained {
            let category: String
            let lawRef: String
            let until: Int64?
        }

        let source: Source
        let reason: String
        /// The request that it answers; nil where nobody asked.
        let request: EventID?
        private(set) var retained: [Retained] = []

        init(_ source: Source, _ erased: borrowing SubjectErasedView) throws {
            self.source = source
            reason = erased.reason.text()
            request = EventID(erased.requestEventID.text())
            var categories: [Retained] = []
            try erased.forEachRetained { category in
                categories.append(
                    Retained(
                        category: category.category.text(), lawRef: category.lawRef.text(),
                        until: SubjectLedger.time(category.untilUs)))
            }
            retained = categories
        }

        func encode(into bytes: inout [UInt8]) {
            source.encode(into: &bytes)
            bytes.append(prefixed: reason)
            bytes.append(request == nil ? 0 : 1)
            if let request {
                bytes.append(varint: request.high)
                bytes.append(varint: request.low)
            }
            bytes.append(varint: UInt64(retained.count))
            for category in retained {
                bytes.append(prefixed: category.category)
                bytes.append(prefixed: category.lawRef)
                bytes.append(zigzag: category.until ?? 0)
            }
        }

        init(decoding reader: inout ByteReader) throws {
            source = try Source(decoding: &reader)
            reason = try reader.text()
            request =
                try reader.u8() == 1 ? EventID(high: try reader.varint(), low: try reader.varint()) : nil
            for _ in 0..<(try reader.count()) {
                retained.append(
                    Retained(
                        category: try reader.text(), lawRef: try reader.text(),
                        until: SubjectLedger.time(try reader.zigzag())))
            }
        }
    }
}

/// Until when a request must be answered, where nobody has stated it.
enum RequestClock {
    private static let day: Int64 = 86_400_000_000

    /// Under the GDPR one calendar month after receipt, at the same time of day (Article 12(3)); on the last day of
    /// that month where it has no such day, as Article 3(2)(c) of Regulation 1182/71 has it. Under any other law, or
    /// none that is stated, that day or 30 days after receipt, whichever comes first. Days are those of UTC.
    static func due(_ receivedAt: Timestamp, under law: String) -> Timestamp {
        let (start, timeOfDay) = receivedAt.microseconds.dividedFlooring(by: day)
        let month = monthLater(CivilDate(daysSinceEpoch: Int(start))).daysSinceEpoch
        let end = isGDPR(law) ? month : min(month, Int(start) + 30)
        let (microseconds, isTooFar) = Int64(end).multipliedReportingOverflow(by: day)
        let (sum, isBeyond) = microseconds.addingReportingOverflow(timeOfDay)
        let due = Timestamp(microseconds: sum)
        // Later than any date: due when the last one ends.
        let last = Timestamp.expressible.upperBound
        return isTooFar || isBeyond || due > last ? last : due
    }

    /// What the GDPR is called: in English, that of the United Kingdom too, in German, French and the like, and Dutch.
    private static let namesOfGDPR = ["gdpr", "dsgvo", "rgpd", "avg"].map { Array($0.utf8) }

    /// Whether a word of the text is one of ``namesOfGDPR``, or two are `DS-GVO`; words end at all that is no letter.
    private static func isGDPR(_ law: String) -> Bool {
        let words = law.foldedCode.split { byte in
            // Bytes from 128 on are those of other letters.
            byte < 128 && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }.map { Array($0) }
        let isSplit = zip(words, words.dropFirst()).contains { $0 == Array("ds".utf8) && $1 == Array("gvo".utf8) }
        return isSplit || words.contains { namesOfGDPR.contains($0) }
    }

    private static func monthLater(_ date: CivilDate) -> CivilDate {
        let isDecember = date.month == 12
        let (year, month) = (isDecember ? date.year + 1 : date.year, isDecember ? 1 : date.month + 1)
        for day in stride(from: date.day, through: 28, by: -1) {
            if let found = CivilDate(year: year, month: month, day: day) { return found }
        }
        // Behind the last year that has a name: as under any other law.
        return CivilDate(year: year, month: month, day: date.day) ?? CivilDate(daysSinceEpoch: date.daysSinceEpoch + 30)
    }
}
