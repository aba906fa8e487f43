/// A value that is tried in place of what the file says.
public struct SettingOverride: Sendable, Hashable {
    /// The path of its key, such as `routes[1].cors.allowedOrigins`.
    public let path: String
    /// The value, in JSON.
    public let json: String

    /// Makes an override.
    public init(path: String, json: String) {
        self.path = path
        self.json = json
    }
}

extension JSONValue {
    /// Lays overrides over the value of a whole file; one that is no JSON, or fits nowhere, changes nothing.
    func overridden(by overrides: [SettingOverride]) -> JSONValue {
        overrides.reduce(self) { tree, override in
            do throws(JSONSyntaxError) {
                let value = try JSONReader.read(Array(override.json.utf8))
                return tree.setting(value.content, at: SettingPath(override.path).steps[...])
            } catch {
                return tree
            }
        }
    }

    private func setting(_ new: Content, at steps: ArraySlice<SettingPath.Step>) -> JSONValue {
        guard let step = steps.first else { return JSONValue(position: position, content: new) }
        switch (step, content) {
        case (.key(let key), .object(var members)):
            let index = members.firstIndex { $0.key == key }
            let old = index.map { members[$0].value } ?? JSONValue(position: position, content: .object([]))
            let value = old.setting(new, at: steps.dropFirst())
            let member = JSONMember(key: key, keyPosition: position, value: value)
            if let index { members[index] = member } else { members.append(member) }
            return JSONValue(position: position, content: .object(members))
        case (.index(let index), .array(var elements)) where elements.indices.contains(index):
            elements[index] = elements[index].setting(new, at: steps.dropFirst())
            return JSONValue(position: position, content: .array(elements))
        case (.key, _), (.index, _), (.anyIndex, _):
            return self
        }
    }
}
