internal import EventLog
internal import LMDB
internal import Projection

/// The stages of a pipeline in their order, as its newest definition says.
struct PipelineDefinitionState: EntityState, Equatable {
    struct Stage: Equatable {
        var id: String
        var order: UInt64
        var probabilityBp: UInt64
    }

    private(set) var version: UInt64 = 0
    private(set) var occurredAt = Int64.min
    private(set) var position: UInt64 = 0
    private(set) var stages: [Stage] = []

    init() {}

    mutating func define(_ definition: PipelineDefined, _ event: borrowing ProjectedEvent) {
        let new = (UInt64(definition.version), event.occurredAt.microseconds, event.position.rawValue)
        guard new > (version, occurredAt, position) else { return }
        (version, occurredAt, position) = new
        stages = definition.stages
            .map { Stage(id: $0.id, order: UInt64($0.order), probabilityBp: UInt64($0.probabilityBp)) }
            .sorted { ($0.order, $0.id) < ($1.order, $1.id) }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: version)
        bytes.append(zigzag: occurredAt)
        bytes.append(varint: position)
        bytes.append(varint: UInt64(stages.count))
        for stage in stages {
            bytes.append(prefixed: stage.id)
            bytes.append(varint: stage.order)
            bytes.append(varint: stage.probabilityBp)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        version = try reader.varint()
        occurredAt = try reader.zigzag()
        position = try reader.varint()
        for _ in 0..<(try reader.count()) {
            stages.append(
                Stage(id: try reader.text(), order: try reader.varint(), probabilityBp: try reader.varint()))
        }
    }
}

/// Keeps the newest definition of each pipeline: by version, then occurredAt, then position.
struct PipelineDefinitionFold: EntityFold {
    static let number: UInt8 = 1

    let types = [PipelineDefined.eventType]
    let entityKind = "pipeline"
    let order = FoldOrder.any
    let defines = true

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout PipelineDefinitionState) throws {
        state.define(try event.message(PipelineDefined.self), event)
    }

    func contribute(_ state: PipelineDefinitionState, of entity: Tag, to contributions: inout Contributions) {}
}
