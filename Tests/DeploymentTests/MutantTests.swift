import TestSupport
import Testing

@Suite struct MutantTests {
    /// Code that moves breaks a patch off, which nobody would see before `make mutants`.
    @Test(arguments: try Repository.files(in: "mutants", endingIn: ".patch"))
    func `every mutant fits the sources`(patch: String) throws {
        let (exit, text) = try outcome(of: "git", ["-C", Repository.root, "apply", "--check", patch])
        #expect(exit == .status(0), "\(text)")
    }
}
