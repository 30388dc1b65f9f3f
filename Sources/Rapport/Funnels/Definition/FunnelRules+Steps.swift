internal import EventLog

extension FunnelRules {
    /// Each step by itself, and what it is among the others.
    func checkSteps() throws(FunnelFault) {
        let part = DefinitionPart("steps")
        guard funnel.steps.count >= 2 else {
            throw FunnelFault(part, .tooFewSteps, "a funnel has 2 steps or more, found \(funnel.steps.count)")
        }
        guard funnel.steps.count <= Self.mostSteps else {
            throw FunnelFault(
                part, .tooManySteps, "a funnel has at most \(Self.mostSteps) steps, found \(funnel.steps.count)")
        }
        var names: Set<[UInt8]> = []
        for (number, step) in funnel.steps.enumerated() {
            let part = part.item(number)
            guard !step.name.isEmpty, Self.isText(step.name) else {
                throw FunnelFault(
                    part.key("name"), .stepName,
                    "a step's name has 1 to \(Self.mostTextBytes) bytes, and no control characters")
            }
            guard names.insert(Array(step.name.utf8)).inserted else {
                throw FunnelFault(part.key("name"), .duplicateStepName, "there is a step '\(step.name)' already")
            }
            try check(step.events, part)
            try checkOptional(number, part.key("optional"))
            try checkWithin(number, part.key("within"))
        }
    }

    private func checkOptional(_ number: Int, _ part: DefinitionPart) throws(FunnelFault) {
        let step = funnel.steps[number]
        guard step.isOptional else { return }
        if number == 0 {
            throw FunnelFault(part, .optionalFirstStep, "the first step cannot be optional: an attempt begins with it")
        }
        if funnel.order == .any {
            throw FunnelFault(part, .optionalInAnyOrder, "in any order no step is optional: each counts by itself")
        }
        if let next = funnel.steps[number...].first(where: { !$0.isOptional }), next.events.areThose(of: step.events) {
            throw FunnelFault(
                part, .optionalEqualsRequired,
                "the step '\(next.name)', which is required, has the same events; expected others")
        }
    }

    private func checkWithin(_ number: Int, _ part: DefinitionPart) throws(FunnelFault) {
        guard let within = funnel.steps[number].within else { return }
        if funnel.order == .any {
            throw FunnelFault(part, .withinInAnyOrder, "in any order there is no step before, since which time goes")
        }
        if number == 0 {
            throw FunnelFault(part, .withinOnFirstStep, "there is no step before the first, since which time goes")
        }
        guard within > 0, within <= funnel.window.longestTime else {
            throw FunnelFault(
                part, .withinOutOfRange, "the time since the step before is more than nothing, and at most the window")
        }
    }

    // MARK: Exclusions

    func checkExclusions() throws(FunnelFault) {
        let part = DefinitionPart("exclusions")
        guard funnel.exclusions.count <= Self.mostExclusions else {
            throw FunnelFault(
                part, .tooManyExclusions,
                "a funnel has at most \(Self.mostExclusions) exclusions, found \(funnel.exclusions.count)")
        }
        for (number, exclusion) in funnel.exclusions.enumerated() {
            try check(exclusion.events, part.item(number))
            try checkRange(of: exclusion, part.item(number).key("between"))
            try checkOtherEvents(of: exclusion, part.item(number).key("event"))
        }
    }

    private func checkRange(of exclusion: FunnelDefinition.Exclusion, _ part: DefinitionPart) throws(FunnelFault) {
        let count = funnel.steps.count
        for (number, bound) in [exclusion.after, exclusion.before].enumerated() {
            guard (1...count).contains(bound) else {
                throw FunnelFault(
                    part.item(number), .unknownStep, "there is no step \(bound); expected 1 to \(count)")
            }
        }
        let (first, last) = (funnel.steps[exclusion.after - 1], funnel.steps[exclusion.before - 1])
        guard exclusion.after < exclusion.before else {
            throw FunnelFault(
                part, .exclusionRange,
                "an exclusion goes from a step to a later one, not from '\(first.name)' to '\(last.name)'")
        }
        if funnel.order == .any, exclusion.after != 1 || exclusion.before != count {
            throw FunnelFault(
                part, .partialExclusionInAnyOrder, "in any order an exclusion goes from the first to the last step")
        }
        for (number, step) in [first, last].enumerated() where step.isOptional {
            throw FunnelFault(
                part.item(number), .exclusionAtOptionalStep,
                "the step '\(step.name)' may be left out; expected required steps")
        }
    }

    private func checkOtherEvents(
        of exclusion: FunnelDefinition.Exclusion, _ part: DefinitionPart
    ) throws(FunnelFault) {
        guard funnel.counting != .total else { return }
        let steps = funnel.steps[(exclusion.after - 1)...(exclusion.before - 1)]
        guard let step = steps.first(where: { $0.events.areThose(of: exclusion.events) }) else { return }
        throw FunnelFault(
            part, .exclusionEqualsStep,
            "these are the events of the step '\(step.name)'; expected others, or count: total")
    }
}

extension FunnelDefinition.Matcher {
    /// Whether types and conditions are the same, in whatever order.
    fileprivate func areThose(of other: Self) -> Bool {
        Set(types) == Set(other.types) && Set(conditions) == Set(other.conditions)
    }
}
