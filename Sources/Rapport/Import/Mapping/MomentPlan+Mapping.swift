internal import EventLog

extension MomentPlan {
    /// Reads `occurredAt`: a template, or a block with format, zone and fallback.
    init(_ node: MappingNode, zone: ZonedCalendar, _ columns: inout ColumnTable) throws(ImportMappingError) {
        guard node.isBlock else {
            let plan = DatePlan(template: try RowTemplate(node, &columns), formats: [.day], zone: zone)
            self = plan.template.isConstant ? .fixed(try node.moment(plan)) : .column(plan, fallback: nil)
            return
        }
        let fields = try node.fields("date", "format", "zone", "fallback")
        let zone = try fields["zone"]?.zone() ?? zone
        let formats = try fields["format"]?.dateFormats() ?? [.day]
        var fallback: Timestamp?
        if let node = fields["fallback"] {
            let template = try RowTemplate(node, &columns)
            guard template.isConstant else { throw node.error("a fallback is a date, not a column") }
            fallback = try node.moment(DatePlan(template: template, formats: formats, zone: zone))
        }
        guard let date = fields["date"] else {
            guard let fallback else { throw node.error("'date' or 'fallback' is missing here") }
            self = .unknown(fallback)
            return
        }
        let plan = DatePlan(template: try RowTemplate(date, &columns), formats: formats, zone: zone)
        self = plan.template.isConstant ? .fixed(try date.moment(plan)) : .column(plan, fallback: fallback)
    }
}

extension MappingNode {
    /// The moment that this node states itself, without a row: in one of the formats, as a day or as ISO 8601.
    fileprivate func moment(_ plan: DatePlan) throws(ImportMappingError) -> Timestamp {
        let text = try text()
        let bytes = Array(text.utf8)[...]
        for format in plan.formats + [.day] {
            if let time = format.read(bytes) { return time.moment(in: plan.zone) }
        }
        guard let time = Timestamp(text) else { throw error("'\(text)' is no date, as 2017-06-30 is") }
        return time
    }

    /// One or more date formats.
    func dateFormats() throws(ImportMappingError) -> [DateFormat] {
        try texts().map { pattern throws(ImportMappingError) in
            guard let format = DateFormat(pattern) else {
                throw error("'\(pattern)' is no date format, as yyyy-MM-dd or 'dd MMM, yyyy HH:mm:ss' are")
            }
            return format
        }
    }
}
