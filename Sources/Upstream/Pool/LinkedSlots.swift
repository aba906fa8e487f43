/// A line of elements from which any one can be taken in constant time.
///
/// To look for an element by walking would cost as much as the line is long: ten thousand unused connections
/// that end at one moment would hold their event loop for a second.
struct LinkedSlots<Element> {
    private struct Slot {
        var element: Element?
        var previous: Int32
        /// Of a free slot: the next free one.
        var next: Int32
    }

    private static var none: Int32 { -1 }
    /// So many empty slots are kept.
    private static var maximumKept: Int { 64 }

    private var slots: [Slot] = []
    private var free = Self.none
    private var head = Self.none
    private var tail = Self.none
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Element? { head >= 0 ? slots[Int(head)].element : nil }
    /// The place of the first element; negative where there is none.
    var firstPlace: Int32 { head }
    var last: Element? { tail >= 0 ? slots[Int(tail)].element : nil }

    /// Adds an element at the end.
    ///
    /// - Returns: Its place, by which it is removed.
    mutating func append(_ element: Element) -> Int32 {
        let place: Int32
        if free >= 0 {
            place = free
            free = slots[Int(place)].next
            slots[Int(place)] = Slot(element: element, previous: tail, next: Self.none)
        } else {
            place = Int32(slots.count)
            slots.append(Slot(element: element, previous: tail, next: Self.none))
        }
        if tail >= 0 { slots[Int(tail)].next = place } else { head = place }
        tail = place
        count += 1
        return place
    }

    /// Takes out what is in a place.
    mutating func remove(at place: Int32) {
        let index = Int(place)
        let slot = slots[index]
        if slot.previous >= 0 { slots[Int(slot.previous)].next = slot.next } else { head = slot.next }
        if slot.next >= 0 { slots[Int(slot.next)].previous = slot.previous } else { tail = slot.previous }
        slots[index] = Slot(element: nil, previous: Self.none, next: free)
        free = place
        count -= 1
        guard count == 0, slots.count > Self.maximumKept else { return }
        slots = []
        free = Self.none
    }

    /// Calls a body for each element, from first to last.
    func forEach(_ body: (Element) -> Void) {
        var place = head
        while place >= 0 {
            let slot = slots[Int(place)]
            if let element = slot.element { body(element) }
            place = slot.next
        }
    }
}
