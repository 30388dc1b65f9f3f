extension FunnelDefinition {
    /// What an answer calls a step, by number from 0: its name, but where the order is any how many steps are done.
    public func answeredName(ofStep index: Int) -> String {
        guard order == .any else { return steps[index].name }
        return index == 0 ? "1 step" : "\(index + 1) steps"
    }
}
