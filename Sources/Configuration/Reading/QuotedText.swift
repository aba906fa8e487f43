extension String {
    /// The text in double quotes, fit for a message on a terminal.
    ///
    /// Quotes, backslashes and whatever is invisible are escaped as in a Swift literal, so that a file
    /// cannot steer the terminal; what goes beyond 80 scalars is cut.
    var quoted: String {
        var result = "\""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count == 80 { return result + "…\"" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default:
                if scalar == "\"" || scalar == "\\" { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
