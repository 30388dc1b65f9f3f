internal import LMDB

// What the events of saved funnels and of users must say: questions follow them, and nobody looks at them again.

extension FunnelDefined {
    /// It has a version, and the definition of the funnel that it names.
    public func check() throws { _ = try funnel() }

    /// The funnel that it defines.
    ///
    /// - Throws: ``UnfitEvent`` where it says what no saved funnel can.
    func funnel() throws -> FunnelDefinition {
        try requireStated("funnel_id", funnelID)
        guard version >= 1 else { throw UnfitEvent(reason: "version is 1 or more, not \(version)") }
        try requireStated("definition", definition)
        let funnel: FunnelDefinition
        do {
            funnel = try FunnelDefinition(yaml: definition)
        } catch {
            throw UnfitEvent(reason: "definition: \(error)")
        }
        guard funnel.name.sameBytes(as: funnelID) else {
            throw UnfitEvent(
                reason: "definition is that of the funnel \(funnelID.debugDescription), not of "
                    + "\(funnel.name.debugDescription)")
        }
        return funnel
    }
}

extension FunnelRetired {
    /// It names a funnel.
    public func check() throws { try requireStated("funnel_id", funnelID) }
}

extension UserAssigned {
    /// It names a user.
    public func check() throws { try requireStated("user_id", userID) }
}
