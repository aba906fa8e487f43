import Text

/// Finds any of several texts in one pass, however many they are and whatever the text is made of.
///
/// Each state stands for the beginning of some needle; where a byte does not lead on, the state falls back to the
/// longest other beginning that the bytes before it end in. So a pass takes at most two moves for a byte.
///
/// - SeeAlso: Aho and Corasick, "Efficient string matching", Communications of the ACM 18 (6), 1975.
final class SecretAutomaton: Sendable {
    /// A needle's first bytes give it away as well as all of it: no secret makes the automaton larger than this.
    private static let maximumNeedleLength = 256
    private static let root: Int32 = 0

    private struct State: Sendable {
        /// The folded byte that leads here.
        let byte: UInt8
        /// The strength of the needles that end here, or in what the state falls back to; 0 for none.
        var strength: UInt8 = 0
        /// The first state that lies one byte further, root for none.
        var child = root
        /// The next one beside this one, root for none.
        var sibling = root
        /// Where to go on where no byte leads further.
        var fallback = root
    }

    /// What each byte counts as: letters by their lower case, `+` as a space, as forms write it.
    private let folded: [UInt8]
    private let states: [State]
    /// Where each byte leads from the root.
    private let starts: [Int32]

    /// Makes an automaton of needles and their strengths, which are at least 1.
    init(_ needles: [[UInt8]: UInt8]) {
        let folded = (0...255).map { byte in
            byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte.lowercased
        }
        var states = [State(byte: 0)]
        for (needle, strength) in needles {
            var state = Self.root
            for byte in needle.prefix(Self.maximumNeedleLength) {
                state = Self.child(of: state, by: folded[Int(byte)], adding: true, to: &states)
            }
            states[Int(state)].strength = max(states[Int(state)].strength, strength)
        }
        Self.setFallbacks(of: &states)
        self.folded = folded
        starts = folded.map { byte in Self.child(of: Self.root, by: byte, adding: false, to: &states) }
        self.states = states
    }

    /// Whether a text has a needle of some strength; `steps` grows by the number of moves.
    func finds(in text: Span<UInt8>, atLeast strength: UInt8, _ steps: inout Int) -> Bool {
        let states = self.states
        let starts = self.starts
        let folded = self.folded
        var state = Self.root
        for index in text.indices {
            let byte = text[index]
            steps &+= 1
            if state == Self.root {
                state = starts[Int(byte)]
                continue
            }
            let wanted = folded[Int(byte)]
            repeat {
                var next = states[Int(state)].child
                while next != Self.root, states[Int(next)].byte != wanted {
                    next = states[Int(next)].sibling
                    steps &+= 1
                }
                if next != Self.root {
                    state = next
                    break
                }
                state = states[Int(state)].fallback
                steps &+= 1
                if state == Self.root { state = starts[Int(byte)]; break }
            } while true
            if states[Int(state)].strength >= strength { return true }
        }
        return false
    }

    // MARK: Building

    private static func child(of state: Int32, by byte: UInt8, adding: Bool, to states: inout [State])
        -> Int32
    {
        var next = states[Int(state)].child
        while next != root {
            if states[Int(next)].byte == byte { return next }
            next = states[Int(next)].sibling
        }
        guard adding else { return root }
        next = Int32(truncatingIfNeeded: states.count)
        var new = State(byte: byte)
        new.sibling = states[Int(state)].child
        states.append(new)
        states[Int(state)].child = next
        return next
    }

    /// Goes through the states from the shortest beginning to the longest.
    private static func setFallbacks(of states: inout [State]) {
        var level = children(of: root, in: states)
        while !level.isEmpty {
            var nextLevel: [Int32] = []
            for state in level {
                for child in children(of: state, in: states) {
                    let byte = states[Int(child)].byte
                    var back = state
                    var target = root
                    repeat {
                        guard back != root else { break }
                        back = states[Int(back)].fallback
                        target = self.child(of: back, by: byte, adding: false, to: &states)
                    } while target == root
                    states[Int(child)].fallback = target
                    states[Int(child)].strength = max(
                        states[Int(child)].strength,
                        states[Int(target)].strength
                    )
                    nextLevel.append(child)
                }
            }
            level = nextLevel
        }
    }

    private static func children(of state: Int32, in states: [State]) -> [Int32] {
        var found: [Int32] = []
        var next = states[Int(state)].child
        while next != root {
            found.append(next)
            next = states[Int(next)].sibling
        }
        return found
    }
}
