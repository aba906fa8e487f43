/// What the script gets of the answer.
extension FetchSimulation {
    mutating func describe(_ answer: WireAnswer) {
        explanation.status = answer.status
        explanation.remark = answer.remark
        explanation.proxyError = answer.proxyError
        note(.resourcePolicy, ResourcePolicy.text(answer, site: site))
        let (readable, hidden) = ReadableHeaders.split(
            answer,
            isCrossOrigin: isCrossOrigin,
            credentials: request.credentials
        )
        explanation.readableHeaders = readable
        let names = readable.isEmpty ? "none" : readable.joined(separator: ", ")
        note(
            .readableHeaders,
            names,
            hidden.isEmpty ? [] : ["hidden: \(hidden.joined(separator: ", "))"]
        )
        let cookies = CookieNotes(
            site: site,
            credentials: request.credentials,
            url: url,
            page: request.page
        )
        let details = cookies.hint + cookies.details(of: answer)
        let isThirdParty = request.credentials == .include && site == .crossSite
        note(.cookies, cookies.summary, details, isNoteworthy: isThirdParty)
    }
}
