public import EventLog
internal import LMDB
internal import Logging
public import Projection

/// Every read model of Rapport. A new one is a folder beside the others, and one line here.
enum ReadModels {
    /// - Parameters:
    ///   - opener: opens the personal parts that the look-up `search` folds; ``NoParts`` where nothing is folded.
    ///   - history: what later events say of earlier ones; nil where nothing is folded.
    ///   - index: makes its blind indexes of identifiers.
    ///   - prepare: called before its folds go over the log: whoever is erased by then must not be opened any more.
    ///   - logger: told of parts that do not open.
    static func all(
        opening opener: any PartOpening, index: @escaping BlindIndexing = { _, _ in nil },
        through history: (any HindsightSource)? = nil,
        prepare: @escaping @Sendable (EventLog) throws -> Void = { _ in },
        logger: Logger = Logger(label: "rapport.search")
    ) -> [ReadModel] {
        let resolved = [
            ProfileModel.model,
            LeadModel.model,
            PipelineModel.model,
            OrderModel.model,
            PromiseModel.model,
            CaseModel.model,
            SatisfactionModel.model,
            LoyaltyModel.model,
            VoiceModel.model,
            PrivacyModel.model,
        ]
        // Parts are sealed for the id that they are about, so whoever opens them sees everybody under the own id.
        let search = SearchModel.model(opening: opener, index: index, prepare: prepare, logger: logger)
        guard let history else { return resolved + [search] }
        return resolved.map { $0.looking(through: history) } + [search.looking(through: history, .corrected)]
    }
}

extension Rapport {
    /// The read models that every CRM has, for tools that look at their files. They fold no personal parts; those of an
    /// open CRM do (`projections.readModels`).
    public static var readModels: [ReadModel] { ReadModels.all(opening: NoParts()) }

    /// The read models that the events of a log define beside those that every CRM has: one for each saved funnel whose
    /// subjects are entities. As ``readModels``, for tools that look at their files. O(events about funnels).
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public static func readModels(definedIn log: EventLog) throws -> [ReadModel] {
        try FunnelModels(FunnelRegister(), through: nil).readModels(in: log)
    }

    /// The version that this program has of a read model; nil where it has none of that name. Of those that events
    /// define the name tells it, whether an event defines them or not.
    public static func version(ofReadModel name: String) -> Int? {
        if let model = readModels.first(where: { $0.name.sameBytes(as: name) }) { return model.version }
        return name.hasPrefix(FunnelModel.prefix) ? FunnelModel.version : nil
    }
}
