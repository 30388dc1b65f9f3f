internal import EventLog
internal import Projection

/// What the definitions of pipelines said of their stages at the moment of a forecast, as far as it was known.
struct ForecastTerms {
    /// What they said of one stage.
    struct Terms {
        /// The number of the forecast category's name; 0 is none.
        let category: Int
        /// 0 to 10,000.
        let probabilityBp: Int64
    }

    private let moment: ForecastMoment
    /// By the number of the pipeline; nil where none was in force.
    private var definitions: [Int: PipelineDefinitionState.Version?] = [:]
    /// By pipeline and stage; nil where no definition in force had the stage.
    private var terms: [Terms?] = []
    private var places = PairTable()

    init(_ moment: ForecastMoment) { self.moment = moment }

    /// What was said of a stage; nil where no definition in force had it.
    mutating func terms(
        pipeline: Int, stage: Int, _ texts: inout DealTexts, _ reader: borrowing ModelReader
    ) throws -> Terms? {
        let place = places.number(of: pipeline, stage)
        if place < terms.count { return terms[place] }
        var found: Terms?
        if let known = try definition(of: pipeline, texts, reader)?.stage(texts.text(stage)) {
            let category = texts.number(of: known.forecastCategory)
            found = Terms(category: category, probabilityBp: Int64(min(known.probabilityBp, 10_000)))
        }
        terms.append(found)
        return found
    }

    private mutating func definition(
        of pipeline: Int, _ texts: DealTexts, _ reader: borrowing ModelReader
    ) throws -> PipelineDefinitionState.Version? {
        if let known = definitions[pipeline] { return known }
        var found: PipelineDefinitionState.Version?
        if pipeline != 0, let tag = try? Tag.pipeline(texts.text(pipeline)) {
            let state = try reader.state(
                PipelineDefinitionState.self, fold: PipelineDefinitionFold.number, of: tag)
            found = state?.inForce(at: moment.cut - 1, knownAt: moment.known)
        }
        definitions.updateValue(found, forKey: pipeline)
        return found
    }
}
