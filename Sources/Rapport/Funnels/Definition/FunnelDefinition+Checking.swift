extension FunnelDefinition {
    /// Refuses a definition that makes no sense. One that was read has been checked.
    ///
    /// - Throws: ``FunnelDefinitionError`` for the first thing that is wrong, with the part that it is in.
    public func check() throws(FunnelDefinitionError) {
        var stated: Set<String> = []
        if order == .strict || !scope.isEmpty { stated.insert("scope") }
        if !repeatBreaks { stated.insert("repeat_breaks") }
        if sessions != .standard { stated.insert("sessions") }
        if reentry != .best { stated.insert("reentry") }
        if grace != 0 { stated.insert("grace") }
        if exclusionMode != .endAttempt { stated.insert("exclusion_mode") }
        if clipsToRange { stated.insert("clip_to_range") }
        do {
            try FunnelRules(self, stated: stated).check()
        } catch {
            throw FunnelDefinitionError(error)
        }
    }
}
