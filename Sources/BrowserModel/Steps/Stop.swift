/// Stops the simulation at the step that fails.
struct Stop: Error {
    let failure: Failure
    let step: Step
}
