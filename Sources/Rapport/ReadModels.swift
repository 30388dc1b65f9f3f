internal import EventLog
public import Projection

/// Every read model of Rapport. A new one is a folder beside the others, and one line here.
enum ReadModels {
    /// - Parameters:
    ///   - opener: opens the personal parts that the look-up `search` folds; ``NoParts`` where nothing is folded.
    ///   - index: makes its blind indexes of identifiers.
    static func all(
        opening opener: any PartOpening, index: @escaping BlindIndexing = { _, _ in nil }
    ) -> [ReadModel] {
        [
            ProfileModel.model,
            LeadModel.model,
            PipelineModel.model,
            OrderModel.model,
            CaseModel.model,
            SatisfactionModel.model,
            PrivacyModel.model,
            SearchModel.model(opening: opener, index: index),
        ]
    }
}

extension Rapport {
    /// The read models that every CRM has, for tools that look at their files. They fold no personal parts; those of an
    /// open CRM do (`projections.readModels`).
    public static var readModels: [ReadModel] { ReadModels.all(opening: NoParts()) }
}
