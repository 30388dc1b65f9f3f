public import EventLog

extension FoldRunner {
    /// Runs an ``EventFold``: nothing is kept between events.
    @inlinable
    static func events(_ fold: some EventFold) -> FoldRunner {
        FoldRunner(
            process: { event, type, pass in
                guard pass.takes(event.view.id.low &* 0x9E37_79B9_7F4A_7C15) else { return }
                try fold.contribute(event, type: type, to: &pass.contributions)
            },
            reconsider: { event, type, isNow, pass in
                if isNow { return try fold.contribute(event, type: type, to: &pass.contributions) }
                pass.contributions.flipSign()
                defer { pass.contributions.flipSign() }
                try fold.contribute(event, type: type, to: &pass.contributions)
            },
            finish: { _ in }, changedEntities: { _ in [] }, row: { _, _, _ in false }, contribute: { _, _, _ in },
            describe: { _ in [] }, endBatch: {}, reset: {})
    }
}
