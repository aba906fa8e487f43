import IPAddresses
import TestSupport
import Testing

/// What the manifests for Kubernetes let Corsway reach.
@Suite struct NetworkPolicyTests {
    /// An `ipBlock` of the policy.
    private struct Reach {
        let block: NetworkBlock
        var exceptions: [NetworkBlock] = []
    }

    /// Reads the blocks off the lines of the file, which stand in one form.
    private static func reaches() throws -> [Reach] {
        var reaches: [Reach] = []
        for line in try Repository.text(of: "deploy/kubernetes/networkpolicy.yaml").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "cidr:" {
                reaches.append(Reach(block: try #require(NetworkBlock(words[1]), "\(line)")))
            } else if words.first == "-", words.count == 2, words[1].contains("/") {
                try #require(!reaches.isEmpty, "\(line)")
                reaches[reaches.count - 1].exceptions.append(try #require(NetworkBlock(words[1]), "\(line)"))
            }
        }
        return reaches
    }

    /// The blocks of a list that lie in no other one of it.
    private static func widest(_ blocks: [NetworkBlock]) -> Set<NetworkBlock> {
        Set(blocks.filter { block in !blocks.contains { $0 != block && isWithin(block, $0) } })
    }

    private static func isWithin(_ inner: NetworkBlock, _ outer: NetworkBlock) -> Bool {
        inner.prefixLength >= outer.prefixLength && outer.contains(inner.base)
    }

    @Test func `the network lets out what Corsway's own guard does, and nothing else`() throws {
        let reaches = try Self.reaches()
        let all = try ["0.0.0.0/0", "2000::/3"].map { try #require(NetworkBlock($0)) }
        #expect(reaches.map(\.block) == all)
        let special = [SpecialPurpose.v4Entries, SpecialPurpose.v6Entries].map { $0.map(\.block) }
        for (reach, blocks) in zip(reaches, special) {
            let wanted = Self.widest(blocks.filter { Self.isWithin($0, reach.block) })
            #expect(Set(reach.exceptions) == wanted)
            #expect(reach.exceptions.count == wanted.count, "each stands there once")
        }
        // What is left out above, since it lies outside of 2000::/3, is not public to the guard either.
        #expect(SpecialPurpose.classify(try #require(IPAddress("4000::1"))) == .unallocated)
    }
}
