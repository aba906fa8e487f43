import Testing

@testable import Upstream

@Suite struct LinkedSlotsTests {
    @Test func `elements stay in order whichever are taken out`() {
        var line = LinkedSlots<Int>()
        var expected: [(place: Int32, number: Int)] = []
        var random = SystemRandomNumberGenerator()
        for number in 0..<2_000 {
            if number % 3 == 2, let index = expected.indices.randomElement(using: &random) {
                line.remove(at: expected.remove(at: index).place)
            } else {
                expected.append((line.append(number), number))
            }
            #expect(line.count == expected.count)
            #expect(line.first == expected.first?.number && line.last == expected.last?.number)
        }
        var numbers: [Int] = []
        line.forEach { numbers.append($0) }
        #expect(numbers == expected.map(\.number))
        for (place, _) in expected { line.remove(at: place) }
        #expect(line.isEmpty && line.first == nil && line.last == nil)
        #expect(line.append(1) == 0, "an empty line keeps no places")
    }
}
