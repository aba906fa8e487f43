/// The first bytes of a request's body, kept for a redirect that wants them again.
struct ReplayBuffer {
    /// A body that is larger is not kept: such a redirect goes back to the client.
    private static let maximumBytes = 65_536

    private(set) var bytes: [UInt8] = []
    /// Whether bytes were left out.
    private var isOverflown: Bool
    /// Whether the body has been seen to its end.
    var isComplete = false

    /// Keeps nothing, or what comes.
    init(keeps: Bool = false) {
        isOverflown = !keeps
    }

    /// Whether the whole body is here.
    var isUsable: Bool { isComplete && !isOverflown }

    mutating func append(_ piece: ArraySlice<UInt8>) {
        guard !isOverflown else { return }
        if bytes.count + piece.count > Self.maximumBytes {
            isOverflown = true
            bytes = []
        } else {
            bytes.append(contentsOf: piece)
        }
    }
}
