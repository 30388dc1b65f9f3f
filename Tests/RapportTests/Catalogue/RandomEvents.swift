import LMDB
@testable import Rapport
import SwiftProtobuf
import TestSupport

/// Random content of events: empty, long and foreign texts, numbers at their ends, fields that nobody knows.
struct RandomEvents {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func chance(_ oneIn: Int) -> Bool { number(in: 1...oneIn) == 1 }

    // MARK: Values

    mutating func text() -> String {
        switch number(in: 0...19) {
        case 0...5: return ""
        case 6: return String(repeating: "客户关系管理", count: number(in: 1...60))
        case 7: return String(repeating: "a long text, ", count: number(in: 1...120))
        default:
            let letters: [String] = [
                "a", "Z", "9", " ", "-", "é", "e\u{301}", "漢", "张", "🙂", "\u{0}", "\u{7F}", "\u{80}", "\u{7FF}",
                "\u{800}", "\u{FFFD}", "\u{10FFFF}",
            ]
            var text = ""
            for _ in 0..<number(in: 1...12) { text += letters[number(in: 0...letters.count - 1)] }
            return text
        }
    }

    /// Any bytes: seldom UTF-8.
    mutating func bytes() -> [UInt8] {
        if chance(4) { return [] }
        var bytes: [UInt8] = []
        for _ in 0..<(chance(8) ? 300 : number(in: 1...20)) { bytes.append(UInt8(number(in: 0...255))) }
        return bytes
    }

    mutating func int64() -> Int64 {
        let extremes: [Int64] = [1, -1, 127, 128, .max, .min, 1 << 31, -(1 << 31), 1 << 32, 1 << 62]
        switch number(in: 0...3) {
        case 0: return 0
        case 1: return extremes[number(in: 0...extremes.count - 1)]
        case 2: return Int64(number(in: -100...100))
        default: return Int64(bitPattern: random.next())
        }
    }

    mutating func int32() -> Int32 { chance(6) ? .min : chance(5) ? .max : Int32(truncatingIfNeeded: int64()) }

    mutating func uint32() -> UInt32 { UInt32(bitPattern: int32()) }

    mutating func uint64() -> UInt64 { UInt64(bitPattern: int64()) }

    /// A case, or a number that is none.
    mutating func value<Value: SwiftProtobuf.Enum>() -> Value where Value.RawValue == Int {
        let number = chance(3) ? Int(int32()) : self.number(in: 0...8)
        return Value(rawValue: number) ?? Value()
    }

    mutating func several<Element>(_ make: (inout RandomEvents) -> Element) -> [Element] {
        var elements: [Element] = []
        for _ in 0..<number(in: 0...4) { elements.append(make(&self)) }
        return elements
    }

    // MARK: Messages within events

    mutating func money() -> Money {
        var money = Money()
        money.minorUnits = int64()
        money.currency = text()
        return withStrangeFields(money)
    }

    mutating func localDate() -> LocalDate {
        var day = LocalDate()
        day.date = text()
        day.timeZone = text()
        return withStrangeFields(day)
    }

    mutating func attribute() -> Attribute {
        var attribute = Attribute()
        attribute.name = text()
        attribute.value = text()
        return withStrangeFields(attribute)
    }

    mutating func fieldChange() -> FieldChange {
        var change = FieldChange()
        change.field = text()
        change.value = text()
        change.precision = text()
        change.evidence = text()
        return withStrangeFields(change)
    }

    mutating func pipelineStage() -> PipelineStage {
        var stage = PipelineStage()
        stage.id = text()
        stage.order = uint32()
        stage.probabilityBp = uint32()
        stage.forecastCategory = text()
        stage.rotAfterMs = int64()
        return withStrangeFields(stage)
    }

    mutating func orderLine() -> OrderLine {
        var line = OrderLine()
        line.sku = text()
        line.quantityMilli = int64()
        if chance(2) { line.net = money() }
        if chance(2) { line.cost = money() }
        return withStrangeFields(line)
    }

    mutating func surveyAnswer() -> SurveyAnswer {
        var answer = SurveyAnswer()
        answer.question = text()
        answer.metric = value()
        switch number(in: 0...2) {
        case 0: answer.score = int32()
        case 1: answer.noAnswer = value()
        default: break
        }
        answer.scaleMin = int32()
        answer.scaleMax = int32()
        return withStrangeFields(answer)
    }

    mutating func surveyDimension() -> SurveyDimension {
        var dimension = SurveyDimension()
        dimension.name = text()
        dimension.value = text()
        return withStrangeFields(dimension)
    }

    mutating func refusedPart() -> RefusedRequestPart {
        var part = RefusedRequestPart()
        part.reason = text()
        part.lawRef = text()
        return withStrangeFields(part)
    }

    mutating func retainedCategory() -> RetainedCategory {
        var category = RetainedCategory()
        category.category = text()
        category.lawRef = text()
        category.untilUs = int64()
        return withStrangeFields(category)
    }

    mutating func verifiedReadModel() -> VerifiedReadModel {
        var model = VerifiedReadModel()
        model.name = text()
        model.version = uint32()
        model.position = UInt64(bitPattern: int64())
        return withStrangeFields(model)
    }

    mutating func fieldChoice() -> FieldChoice {
        var choice = FieldChoice()
        choice.field = text()
        choice.side = value()
        return withStrangeFields(choice)
    }

    mutating func unmergeException() -> UnmergeException {
        var exception = UnmergeException()
        exception.eventID = text()
        exception.side = value()
        return withStrangeFields(exception)
    }

    mutating func identifierRule() -> IdentifierRule {
        var rule = IdentifierRule()
        rule.type = value()
        rule.source = text()
        rule.priority = uint32()
        rule.limit = uint32()
        rule.windowDays = uint32()
        rule.doesNotMerge = chance(2)
        return withStrangeFields(rule)
    }

    mutating func blockedValue() -> BlockedValue {
        var blocked = BlockedValue()
        blocked.type = value()
        blocked.value = text()
        return withStrangeFields(blocked)
    }

    mutating func importedFile() -> ImportedFile {
        var file = ImportedFile()
        file.name = text()
        file.sha256 = text()
        file.bytes = uint64()
        return withStrangeFields(file)
    }

    mutating func keptEvent() -> KeptEvent {
        var event = KeptEvent()
        event.eventID = text()
        event.reason = text()
        return withStrangeFields(event)
    }

    private mutating func withStrangeFields<Value: SwiftProtobuf.Message>(_ message: Value) -> Value {
        var message = message
        if chance(3) { try? message.merge(serializedBytes: strangeFields()) }
        return message
    }

    // MARK: Bytes

    /// Well-formed fields: of numbers that no event has, or that it has with another wire type; groups among them.
    mutating func strangeFields() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<number(in: 0...3) { appendStrangeField(to: &bytes, depth: 0) }
        return bytes
    }

    private mutating func appendStrangeField(to bytes: inout [UInt8], depth: Int) {
        let isKnown = chance(2)
        let greatest: UInt64 = 1 << 29 - 1
        let field = isKnown ? UInt64(number(in: 1...12)) : chance(4) ? greatest : UInt64(number(in: 13...20_000))
        switch number(in: 0...4) {
        case 0:
            bytes.append(varint: field << 3 | WireReader.WireType.varint)
            // A number may be longer than it must be.
            if chance(5) { bytes += [0x83, 0x80, 0x80, 0x00] } else { bytes.append(varint: random.next()) }
        case 1:
            bytes.append(varint: field << 3 | WireReader.WireType.fixed64)
            bytes.append(littleEndian: random.next())
        case 2:
            bytes.append(varint: field << 3 | WireReader.WireType.bytes)
            // In a field that the event has, only nothing at all is both a text and a message.
            let content = (0..<(isKnown ? 0 : number(in: 0...20))).map { UInt8($0 * 13 % 256) }
            bytes.append(varint: UInt64(content.count))
            bytes += content
        case 3:
            bytes.append(varint: field << 3 | WireReader.WireType.groupStart)
            if depth < 5 {
                for _ in 0..<number(in: 0...3) { appendStrangeField(to: &bytes, depth: depth + 1) }
            }
            bytes.append(varint: field << 3 | WireReader.WireType.groupEnd)
        default:
            bytes.append(varint: field << 3 | WireReader.WireType.fixed32)
            bytes.append(littleEndian: UInt32(truncatingIfNeeded: random.next()))
        }
    }

    /// `bytes` with some of them changed, gone, doubled or new.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var damaged = bytes
        for _ in 0..<number(in: 1...3) {
            let place = number(in: 0...damaged.count)
            switch number(in: 0...7) {
            case 0 where place < damaged.count: damaged[place] = UInt8(number(in: 0...255))
            case 1 where place < damaged.count: damaged[place] ^= 1 << UInt8(number(in: 0...7))
            case 2 where place < damaged.count: damaged[place] = chance(2) ? 0x80 : 0xFF
            case 3 where place < damaged.count: damaged.remove(at: place)
            case 4: damaged.insert(UInt8(number(in: 0...255)), at: place)
            case 5: damaged.removeSubrange(place...)
            case 6:
                let doubled = Array(damaged[place..<min(place + number(in: 1...20), damaged.count)])
                damaged.insert(contentsOf: doubled, at: place)
            default:
                let new = strangeFields()
                damaged.insert(contentsOf: new, at: place)
            }
        }
        return damaged
    }
}
