internal import EventLog

/// Reads what a mapping says of an event's fields.
struct DataReader {
    /// Zone of the dates that name none.
    let zone: ZonedCalendar
    var columns: ColumnTable

    /// A whole payload: a field whose value is empty is left out.
    mutating func message(_ node: MappingNode?, _ shape: MessageShape) throws(ImportMappingError) -> MessagePlan {
        guard let node else { return MessagePlan([], isWhole: false) }
        return MessagePlan(try fields(try node.entries(), shape), isWhole: false)
    }

    private mutating func fields(
        _ entries: [(name: String, key: MappingNode, value: MappingNode)], _ shape: MessageShape
    ) throws(ImportMappingError) -> [MessagePlan.Field] {
        var fields: [MessagePlan.Field] = []
        for entry in entries {
            guard shape.has(entry.name) else { throw entry.key.error("\(shape.name) has no field '\(entry.name)'") }
            if entry.value.isList {
                for item in try entry.value.items() {
                    fields.append(try field(entry.name, item, isList: true, shape))
                }
            } else {
                fields.append(try field(entry.name, entry.value, isList: false, shape))
            }
        }
        return fields
    }

    private mutating func field(
        _ name: String, _ node: MappingNode, isList: Bool, _ shape: MessageShape
    ) throws(ImportMappingError) -> MessagePlan.Field {
        guard node.isBlock else { return try scalar(name, node, isList: isList, shape) }
        guard let (key, inner) = shape.message(in: name, isList: isList) else {
            let isOther = shape.message(in: name, isList: !isList) != nil
            throw node.error(
                isOther
                    ? "field '\(name)' holds \(isList ? "one block, no list" : "a list of blocks")"
                    : "field '\(name)' holds no block but a single value")
        }
        let entries = try node.entries()
        let when = try RowCondition(entries.first { $0.name == "when" }?.value, &columns)
        let names = Set(entries.map(\.name))
        let value: FieldPlan
        if names.contains("money") {
            value = .money(try money(node, inner))
        } else if names.contains("date") {
            value = .date(try date(node, inner))
        } else if names.contains("answer") {
            value = .answer(try answer(node, key, inner))
        } else {
            value = .message(MessagePlan(try fields(entries.filter { $0.name != "when" }, inner), isWhole: true))
        }
        return MessagePlan.Field(key: key, value: value, when: when, isElement: isList)
    }

    /// Names that attributes cannot have.
    private static let reserved = [
        "OpportunityOpened.attributes": PipelineModel.ownDimensions, "LeadCaptured.attributes": LeadModel.ownDimensions,
        "CaseOpened.attributes": CaseModel.ownDimensions, "OrderPlaced.attributes": OrderModel.ownDimensions,
    ]

    // MARK: Values

    private mutating func scalar(
        _ name: String, _ node: MappingNode, isList: Bool, _ shape: MessageShape
    ) throws(ImportMappingError) -> MessagePlan.Field {
        let template = try RowTemplate(node, &columns)
        guard var encoding = shape.scalar(in: name, isList: isList) else {
            let isOther = shape.scalar(in: name, isList: !isList) != nil
            let held = isOther ? isList ? "one value, no list" : "a list of values" : "blocks, no single values"
            throw node.error("field '\(name)' holds \(held)")
        }
        // Rows are written without the message, which would check it.
        if name == "name", let reserved = Self.reserved[shape.name] { encoding.reserved = reserved }
        guard template.isConstant else {
            return MessagePlan.Field(key: encoding.key, value: encoding.plan(template), isElement: isList)
        }
        var constant: [UInt8] = []
        do {
            _ = try encoding.append(template, of: RowValues(slots: 0), to: &constant)
        } catch {
            throw node.error("field '\(name)': \(error.reason)")
        }
        return MessagePlan.Field(key: encoding.key, value: .constant(constant), isElement: isList)
    }

    private mutating func money(_ node: MappingNode, _ shape: MessageShape) throws(ImportMappingError) -> MoneyPlan {
        let fields = try node.fields("money", "currency", "ignore", "decimal", "when")
        guard let minorUnits = shape.scalar(in: "minorUnits", isList: false),
            let currency = shape.scalar(in: "currency", isList: false)
        else { throw node.error("this field holds no money") }
        return MoneyPlan(
            amount: try RowTemplate(try fields.required("money"), &columns),
            currency: try RowTemplate(try fields.required("currency"), &columns),
            ignored: Array(try fields["ignore"]?.text().utf8 ?? "".utf8),
            decimalPoint: try fields["decimal"]?.choice([".": UInt8(ascii: "."), ",": UInt8(ascii: ",")])
                ?? UInt8(ascii: "."),
            minorUnitsField: minorUnits, currencyField: currency)
    }

    private mutating func date(_ node: MappingNode, _ shape: MessageShape) throws(ImportMappingError) -> LocalDatePlan {
        let fields = try node.fields("date", "format", "zone", "when")
        guard let date = shape.scalar(in: "date", isList: false), let zone = shape.scalar(in: "timeZone", isList: false)
        else { throw node.error("this field holds no date") }
        let plan = DatePlan(
            template: try RowTemplate(try fields.required("date"), &columns),
            formats: try fields["format"]?.dateFormats() ?? [.day], zone: try fields["zone"]?.zone() ?? self.zone)
        return LocalDatePlan(date: plan, dateField: date, zoneField: zone)
    }

    private mutating func answer(
        _ node: MappingNode, _ key: UInt64, _ shape: MessageShape
    ) throws(ImportMappingError) -> AnswerPlan {
        let fields = try node.fields("answer", "question", "metric", "scale", "noAnswer", "notApplicable", "when")
        func scalar(_ name: String) throws(ImportMappingError) -> FieldEncoding {
            guard let encoding = shape.scalar(in: name, isList: false) else {
                throw node.error("this field holds no answer of a survey")
            }
            return encoding
        }
        let targets = AnswerPlan.Fields(
            question: try scalar("question"), metric: try scalar("metric"), score: try scalar("score"),
            noAnswer: try scalar("noAnswer"), scaleMin: try scalar("scaleMin"), scaleMax: try scalar("scaleMax"))
        let value = try RowTemplate(try fields.required("answer"), &columns)
        let question = try fields.required("question").name()
        let metric = try fields.required("metric")
        let metricName = try metric.name()
        let scale = try fields.required("scale").scale()
        let noAnswer = try fields["noAnswer"]?.texts() ?? []
        let notApplicable = try fields["notApplicable"]?.texts() ?? []
        do {
            return try AnswerPlan(
                key: key, value: value, question: question, metric: metricName, scale: scale, noAnswer: noAnswer,
                notApplicable: notApplicable, targets)
        } catch {
            throw metric.error(error.reason)
        }
    }
}

extension MappingNode {
    /// A scale: `1..5`.
    fileprivate func scale() throws(ImportMappingError) -> ClosedRange<Int32> {
        let text = try text()
        let bounds = text.split(separator: "..", omittingEmptySubsequences: false).map { Int32($0) }
        guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low < high else {
            throw error("'\(text)' is no scale, as 1..5 is")
        }
        guard Int(high) - Int(low) < SatisfactionModel.maximumScale else {
            throw error("a scale has at most \(SatisfactionModel.maximumScale) scores, not those of \(text)")
        }
        return low...high
    }
}
