/// How it is forecast what is won within a period. All forecasts begin with what was won in it so far.
public enum ForecastMethod: String, Codable, Sendable, Hashable, CaseIterable {
    /// And all open deals of the category `commit` that are expected to be closed in the period, as their amounts are.
    case commit
    /// As ``commit``, and those of the category `best_case`.
    case bestCase
    /// And all open deals that are expected to be closed in the period, each times the probability that the definition
    /// of its pipeline gives its stage.
    case stageWeighted
    /// And all open deals, whenever they are expected to be closed, each times the probability to be won by the end of
    /// the period, from what became of deals that had been in the same stage for as long. See ``ForecastBasis``.
    case historic
    /// And for each day that is left the mean of what was won on the last days.
    case runRate
}

/// From which deals the probability of a historic forecast was taken: the cumulative incidence of a win, a loss being
/// the other cause that ends it, from an age on until the end of the period. Deals that are open are last seen (right-
/// censored) at the moment of the forecast.
///
/// The age is in whole days of 24 hours, the estimate that of Aalen and Johansen among those still watched at that age
/// (a landmark). Sources: O. O. Aalen and S. Johansen, "An Empirical Transition Matrix for Non-homogeneous Markov
/// Chains Based on Censored Observations", Scandinavian Journal of Statistics 5 (1978); J. R. Anderson, K. C. Cain and
/// R. D. Gelber, "Analysis of Survival by Tumor Response", Journal of Clinical Oncology 1 (1983).
public enum ForecastBasis: String, Codable, Sendable, Hashable, CaseIterable {
    /// Visits to the same stage that had lasted for as long as the deal's; 10 at least.
    case stageAtAge
    /// All visits to the same stage, from their beginning; 10 at least.
    case stage
    /// Deals of the pipeline that had been open for as long as the deal, whatever their stage; 10 at least.
    case pipelineAtAge
    /// All deals of the pipeline, from their opening, however few.
    case pipeline
}
