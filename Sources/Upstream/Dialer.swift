import CCurl
import Glibc
import HTTPSyntax
import Sockets

/// Makes connections to upstreams through one multi handle of libcurl, without ever blocking.
///
/// libcurl forbids most calls from its callbacks: they only take notes here, and `finishRound` acts on them.
@safe
final class Dialer: EventHandler {
    /// So many dials that have waited for their look-up start in one round.
    private static let maximumStarts = 16

    let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    var timerToken: EventToken?
    var isTimerDue = false
    /// By the address of the easy handle.
    private var dials: [UInt: Dial] = [:]
    var sockets: [Int32: DialSocket] = [:]
    let lookups = LookupQueue<Dial>()
    private let alarm = Alarm()
    private var alarmToken: EventToken?
    /// Sockets that outlive libcurl's connection.
    var adopted: Set<Int32> = []
    var secured: [Int32: UpstreamConnection] = [:]
    var lost: [UpstreamConnection] = []
    /// How long the dials took that have ended, until somebody takes note.
    private var times: [DialTimes] = []

    init(loop: EventLoop) throws(ConnectFailure) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK,
            let multi = unsafe curl_multi_init()
        else { throw .internalError }
        self.loop = loop
        unsafe self.multi = unsafe multi
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe corsway_multi_set_socket(multi, Self.socketChanged, context)
        unsafe corsway_multi_set_timer(multi, Self.timerChanged, context)
        // The pool is ours; libcurl's must never close a connection to make room.
        unsafe corsway_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1 << 20)
        timerToken = loop.register(self)
        alarmToken = loop.register(alarm)
    }

    deinit {
        unsafe curl_multi_cleanup(multi)
    }

    // MARK: Dialling

    /// Starts to connect; the completion comes from a later `finishRound` or deadline, unless cancelled.
    ///
    /// - Parameter client: On whose behalf.
    func dial(
        _ request: ConnectionRequest,
        for client: ClientNetwork,
        completion: @escaping (Result<UpstreamConnection, ConnectFailure>) -> Void
    ) throws(ConnectFailure) -> Dial {
        let dial = try Dial(request, dialer: self, completion: completion)
        let token = loop.register(dial)
        dial.token = token
        loop.setDeadline(
            loop.now.advanced(byNanoseconds: request.profile.connectTimeout.inNanoseconds),
            for: token
        )
        guard let name = request.lookupName else {
            start(dial)
            return dial
        }
        dial.lease = lookups.begin(name, for: client, at: loop.now)
        if dial.lease != nil {
            start(dial)
        } else {
            dial.place = lookups.wait(dial, for: name, client)
        }
        return dial
    }

    /// Gives up a dial that is still under way.
    ///
    /// While its name is looked up it stays, for nobody: its thread does so too, and has to be counted.
    func cancel(_ dial: Dial) {
        dial.completion = nil
        if dial.lease == nil { remove(dial) }
    }

    /// Gives up a dial whose time is over.
    func timedOut(_ dial: Dial) {
        let failure: ConnectFailure = dial.isResolved ? .timeout : .resolutionTimeout
        if let lease = dial.lease {
            dial.lease = nil
            lookups.abandon(lease, at: loop.now)
        }
        finish(dial, with: .failure(failure))
    }

    private func start(_ dial: Dial) {
        dials[dial.easy.address] = dial
        unsafe curl_multi_add_handle(multi, dial.easy.handle)
    }

    /// Called from libcurl's callback too: the next look-up of the name may start, in `finishRound`.
    func endLookup(of dial: Dial) {
        guard let lease = dial.lease else { return }
        dial.lease = nil
        lookups.end(lease)
    }

    /// Starts dials whose look-up may begin, so many at most that others get their turn.
    private func startWaiting() {
        for _ in 0..<Self.maximumStarts {
            guard let (dial, lease) = lookups.next(at: loop.now) else {
                if let alarmToken, let end = lookups.nextEnd { loop.setDeadline(end, for: alarmToken) }
                return
            }
            dial.place = nil
            dial.lease = lease
            start(dial)
        }
        if let alarmToken { loop.setDeadline(loop.now.advanced(byNanoseconds: 1), for: alarmToken) }
    }

    private func remove(_ dial: Dial) {
        if let token = dial.token { loop.deregister(token) }
        guard dials.removeValue(forKey: dial.easy.address) != nil else {
            if let place = dial.place { lookups.remove(place) }
            dial.place = nil
            return
        }
        endLookup(of: dial)
        unsafe curl_multi_remove_handle(multi, dial.easy.handle)
    }

    func finish(_ dial: Dial, with result: Result<UpstreamConnection, ConnectFailure>) {
        let completion = dial.completion
        dial.completion = nil
        remove(dial)
        completion?(result)
    }

    /// Dials that are under way or wait for a look-up.
    var dialCount: Int {
        dials.count + lookups.count
    }

    /// The easy handles of libcurl that are in use.
    var handleCount: Int { dialCount + secured.count }

    /// Hands out how long dials took, once.
    func takeTimes() -> [DialTimes] {
        guard !times.isEmpty else { return [] }
        defer { times = [] }
        return times
    }

    // MARK: Each round

    /// Lets libcurl act on what its callbacks noted, and hands out what has been connected.
    func finishRound() {
        if lookups.count > 0 { startWaiting() }
        while isTimerDue {
            isTimerDue = false
            act(on: CURL_SOCKET_TIMEOUT, 0)
        }
        while let connection = lost.popLast() {
            connection.connectionLost()
        }
    }

    func act(on number: Int32, _ events: Int32) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(multi, number, events, &running)
        drain()
    }

    private func drain() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle
            else {
                continue
            }
            let code = unsafe message.pointee.data.result
            guard let dial = dials[UInt(bitPattern: handle)] else { continue }
            complete(dial, code)
        }
    }

    private func complete(_ dial: Dial, _ code: CURLcode) {
        times.append(DialTimes(dial.easy))
        guard code == CURLE_OK, let number = dial.easy.activeSocket else {
            return finish(dial, with: .failure(ConnectFailure(code, of: dial)))
        }
        let usesTLS = dial.request.origin.scheme == .https || dial.request.proxy?.scheme == .https
        if usesTLS {
            // The easy handle stays in the multi handle: libcurl finds the TLS session through it.
            dials[dial.easy.address] = nil
            endLookup(of: dial)
            let connection = UpstreamConnection(
                securedBy: dial.easy,
                number: number,
                request: dial.request,
                dialer: self,
                loop: loop
            )
            secured[number] = connection
            finish(dial, with: .success(connection))
        } else {
            adopted.insert(number)
            let connection = UpstreamConnection(
                plain: Descriptor(owning: number),
                request: dial.request,
                loop: loop
            )
            finish(dial, with: .success(connection))
            adopted.remove(number)
        }
    }

    /// Ends a TLS session and closes its socket.
    func close(_ easy: CurlEasy, number: Int32) {
        secured[number] = nil
        unsafe curl_multi_remove_handle(multi, easy.handle)
    }

    // MARK: EventHandler: libcurl's timer

    func ready(for readiness: Readiness) {}

    func deadlinePassed() {
        isTimerDue = true
    }
}

/// Wakes the loop, after whose round waiting dials may start.
private final class Alarm: EventHandler {
    func ready(for readiness: Readiness) {}
    func deadlinePassed() {}
}
