extension String {
    /// The text in double quotes, fit for a message.
    ///
    /// Whatever is no printable ASCII and no letter or digit is escaped as in a Swift literal, so that neither a request
    /// nor a file can steer a terminal. What goes beyond 128 scalars is cut.
    public var quoted: String {
        var result = "\""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count == 128 { return result + "…\"" }
            switch scalar {
            case "\"", "\\":
                result += "\\\(scalar)"
            case " "..."~":
                result.unicodeScalars.append(scalar)
            default:
                let isVisible = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                result += isVisible ? "\(scalar)" : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return result + "\""
    }
}
