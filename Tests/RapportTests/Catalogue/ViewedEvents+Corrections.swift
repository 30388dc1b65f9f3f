import Foundation
import LMDB
@testable import Rapport

extension EventCorrected: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        eventID = random.text()
        kind = random.value()
        data = Data(random.bytes())
        schemaRevision = random.uint32()
        tags = random.several { $0.text() }
        occurredAtUs = random.int64()
        reason = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("eventID", eventID)
        list.number("kind", kind.rawValue)
        list.bytes("data", Array(data))
        list.number("schemaRevision", schemaRevision)
        list.number("occurredAtUs", occurredAtUs)
        list.text("reason", reason)
        for tag in tags { list.text("tag", tag) }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try EventCorrectedView(bytes.rawSpan)
        var list = FieldList()
        list.text("eventID", view.eventID)
        list.number("kind", view.kind.rawValue)
        list.text("data", view.data)
        list.number("schemaRevision", view.schemaRevision)
        list.number("occurredAtUs", view.occurredAtUs)
        list.text("reason", view.reason)
        try view.forEachTags { list.text("tag", $0) }
        return list
    }
}

extension ImportStarted: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        importID = random.text()
        source = random.text()
        files = random.several { $0.importedFile() }
        mappingSha256 = random.text()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("importID", importID)
        list.text("source", source)
        list.text("mappingSha256", mappingSha256)
        for file in files {
            list.text("file.name", file.name)
            list.text("file.sha256", file.sha256)
            list.number("file.bytes", file.bytes)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ImportStartedView(bytes.rawSpan)
        var list = FieldList()
        list.text("importID", view.importID)
        list.text("source", view.source)
        list.text("mappingSha256", view.mappingSha256)
        try view.forEachFiles { file in
            list.text("file.name", file.name)
            list.text("file.sha256", file.sha256)
            list.number("file.bytes", file.bytes)
        }
        return list
    }
}

extension ImportCompleted: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        importID = random.text()
        rows = random.uint64()
        badRows = random.uint64()
        appended = random.uint64()
        alreadyThere = random.uint64()
        changedRows = random.uint64()
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("importID", importID)
        list.number("rows", rows)
        list.number("badRows", badRows)
        list.number("appended", appended)
        list.number("alreadyThere", alreadyThere)
        list.number("changedRows", changedRows)
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ImportCompletedView(bytes.rawSpan)
        var list = FieldList()
        list.text("importID", view.importID)
        list.number("rows", view.rows)
        list.number("badRows", view.badRows)
        list.number("appended", view.appended)
        list.number("alreadyThere", view.alreadyThere)
        list.number("changedRows", view.changedRows)
        return list
    }
}

extension ImportReverted: ViewedEvent {
    init(random: inout RandomEvents) {
        self.init()
        importID = random.text()
        reason = random.text()
        kept = random.several { $0.keptEvent() }
    }

    var fields: FieldList {
        var list = FieldList()
        list.text("importID", importID)
        list.text("reason", reason)
        for event in kept {
            list.text("event.eventID", event.eventID)
            list.text("event.reason", event.reason)
        }
        return list
    }

    static func fields(viewing bytes: [UInt8]) throws -> FieldList {
        let view = try ImportRevertedView(bytes.rawSpan)
        var list = FieldList()
        list.text("importID", view.importID)
        list.text("reason", view.reason)
        try view.forEachKept { event in
            list.text("event.eventID", event.eventID)
            list.text("event.reason", event.reason)
        }
        return list
    }
}
