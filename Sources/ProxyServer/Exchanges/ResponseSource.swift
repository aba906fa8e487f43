/// Where the body of a response comes from: it is paused while the client has enough.
protocol ResponseSource: AnyObject {
    /// Nothing more is to come for now.
    func pause()
    /// More may come.
    func resume()
    /// Nothing will come any more, and nobody is told.
    func cancel()
}
