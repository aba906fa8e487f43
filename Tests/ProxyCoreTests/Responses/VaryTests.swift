import Testing

@testable import ProxyCore

@Suite struct VaryTests {
    @Test(arguments: [
        ([], ["Origin"], "Origin"),
        (["Accept-Encoding"], ["Origin"], "Accept-Encoding, Origin"),
        (["origin"], ["Origin"], "origin"),
        (["ORIGIN", "Origin", "accept"], ["Origin"], "ORIGIN, accept"),
        (["*"], ["Origin"], "*"),
        (["Accept", "*"], ["Origin"], "*"),
        (["Accept"], [], "Accept"),
        ([], [], ""),
        (["a b", "", "é", "x:y"], ["Origin"], "Origin"),
        (
            ["Accept"], ["Origin", "Access-Control-Request-Method"],
            "Accept, Origin, Access-Control-Request-Method"
        ),
        (["Origins", "Orig"], ["Origin"], "Origins, Orig, Origin"),
    ])
    func `merges names without repeating one`(elements: [String], names: [String], expected: String) {
        #expect(Vary.merged(elements.map { Array($0.utf8)[...] }, adding: names) == expected)
    }
}
