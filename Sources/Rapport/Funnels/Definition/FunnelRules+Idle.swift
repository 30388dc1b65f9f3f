extension FunnelRules {
    /// Refuses keys that would change nothing beside what else is said. Those of strict order and of sessions are
    /// looked at where these are.
    func checkIdleKeys() throws(FunnelFault) {
        if stated.contains("clip_to_range"), funnel.to == nil {
            throw FunnelFault(
                DefinitionPart("clip_to_range"), .clipWithoutEnd,
                "the range has no end that later steps could lie behind; expected 'to' beside it")
        }
        if stated.contains("reentry"), funnel.counting == .total {
            throw FunnelFault(
                DefinitionPart("reentry"), .reentryInTotals,
                "in totals every attempt counts, so there is none to choose; expected count: unique or session")
        }
        guard funnel.exclusions.isEmpty else { return }
        if stated.contains("exclusion_mode") {
            throw FunnelFault(
                DefinitionPart("exclusion_mode"), .modeWithoutExclusions,
                "nothing is excluded; expected 'exclusions' beside it")
        }
        // In any order events are told apart by their times for exclusions only.
        if stated.contains("grace"), funnel.order == .any {
            throw FunnelFault(
                DefinitionPart("grace"), .graceInAnyOrder,
                "in any order, and with nothing excluded, there is no order that a grace could loosen")
        }
    }
}
