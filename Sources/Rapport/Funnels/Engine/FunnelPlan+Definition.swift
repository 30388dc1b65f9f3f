internal import EventLog

extension FunnelPlan {
    /// A definition that was checked, in numbers.
    init(_ definition: FunnelDefinition) {
        var sessionWindow: Int?
        var window = FunnelDefinition.Window.longest
        switch definition.window {
        case .time(let length): window = length
        case .sessions(let count): sessionWindow = count
        }
        self.init(stepCount: definition.steps.count, window: window)
        self.sessionWindow = sessionWindow
        order = definition.order
        counting = definition.counting
        reentry = definition.reentry
        grace = definition.grace
        for (number, step) in definition.steps.enumerated() {
            if step.isOptional { optional |= 1 << UInt32(number) }
            within[number] = step.within
        }
        exclusions = definition.exclusions.map { Exclusion(after: $0.after - 1, before: $0.before - 1) }
        dropsSubject = definition.exclusionMode == .dropSubject
        holds = !definition.held.isEmpty
        repeatBreaks = definition.repeatBreaks
        from = definition.from?.time.microseconds
        to = definition.to?.time.microseconds
        clips = definition.clipsToRange
        attribution = definition.breakdown?.attribution
        isPerSegment = definition.breakdown?.isPerSegment ?? false
    }
}
