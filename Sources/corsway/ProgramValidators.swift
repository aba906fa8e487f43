import Configuration

extension Validators {
    /// The checks that the other modules offer, put together.
    static let ofThisProgram = Validators()
}
