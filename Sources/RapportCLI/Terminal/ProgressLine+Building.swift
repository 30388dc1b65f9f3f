import Projection

extension ProgressLine {
    /// Shows how far rows are built; the line goes when they are.
    func show(_ build: BuildProgress) {
        update(done: Int(clamping: build.done), of: Int(clamping: build.total))
        if build.done == build.total { finish() }
    }
}
