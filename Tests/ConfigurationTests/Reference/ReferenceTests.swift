import Foundation
import Testing

@testable import Configuration

struct ReferenceTests {
    @Test func `docs/configuration.md is what the tables of keys say`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "../../docs/configuration.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == ConfigurationReference.markdown, "Run \"make docs\".")
    }

    @Test func `tells of every key, in a section of its own or of its like`() {
        let page = ConfigurationReference.markdown
        for path in SchemaDocument.keyPaths {
            #expect(page.contains("| `\(path.lastKey ?? "")` |"), "\(path)")
        }
    }

    @Test func `leads with every link to a heading`() {
        let page = ConfigurationReference.markdown
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("##") }
            .map { $0.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } }
        let links = page.split(separator: "](#").dropFirst().map { String($0.prefix { $0 != ")" }) }
        #expect(links.count > 20)
        for link in links { #expect(headings.contains(link), "#\(link)") }
    }

    @Test(arguments: [
        (#"| `port` | whole number, 0 to 65535 | `8080` | "#),
        (#"| `headerTimeout` | duration, 1ms to 24h | `"10s"` | "#),
        (#"| `headerBytes` | size, 256B to 1MB | `"32KB"` | "#),
        (#"| `requestBody` | size, or "unlimited" | `"unlimited"` | "#),
        (#"| `preflightStatus` | `200`, `204` | `204` | "#),
        (#"| `path` | string | required | "#),
        (#"| `methods` | `"*"`, or list of strings | `"*"` | "#),
        (#"| `allowPrivateNetworks` | `true` or `false`, or list of strings |"#),
        (#"| `routes` | list of objects: [`routes[]`](#routes) | `[]` | "#),
        (#"| `cors` | object: [`cors`](#cors) |  | The policy of the route"#),
        (#"| `request` | object: [`routes[].request`](#routesrequest) |"#),
        (#"| `request` | object: [`prefix.request`](#prefixrequest) |  | Headers of requests to set or remove; "#),
        "The keys of [`upstream`](#upstream), and where one is left out, what stands there; besides:\n\n",
    ])
    func `gives type, bounds and default`(row: String) {
        #expect(ConfigurationReference.markdown.contains("\n\(row)"), "\(row)")
    }

    @Test func `escapes what Markdown would take for its own`() {
        #expect("a|b * <c> _d_".escapedInMarkdown == #"a\|b \* \<c> \_d\_"#)
    }
}
