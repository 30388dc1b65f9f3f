public import Projection

/// Every read model of Rapport. A new one is a folder beside the others, and one line here.
enum ReadModels {
    static let all: [ReadModel] = [
        ProfileModel.model,
        LeadModel.model,
        PipelineModel.model,
        OrderModel.model,
        CaseModel.model,
        SatisfactionModel.model,
        SearchModel.model,
    ]
}

extension Rapport {
    /// The read models that every CRM has, for tools that look at their files.
    public static var readModels: [ReadModel] { ReadModels.all }
}
