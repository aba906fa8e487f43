import CCurl
import HTTPSyntax
import Sockets

/// Makes connections to upstreams through one multi handle of libcurl, without ever blocking.
///
/// libcurl forbids most calls from its callbacks: they only take notes here, and `finishRound` acts on them.
@safe
final class Dialer: EventHandler {
    /// So many dials that have waited for their look-up start in one round.
    private static let maximumStarts = 16
    /// After so many dials libcurl forgets the addresses that it has found.
    private static let dialsPerClearing = 512

    let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    var timerToken: EventToken?
    var isTimerDue = false
    /// By the address of the easy handle.
    private var dials: [UInt: Dial] = [:]
    var sockets: [Int32: DialSocket] = [:]
    let lookups = LookupQueue<Dial>()
    /// Dials that wait until the authorities that they trust have been looked at, by the address of the easy handle.
    private var unsecured: [UInt: (dial: Dial, client: ClientNetwork)] = [:]
    /// Dials that have failed before they began, until the round ends.
    private var failed: [(dial: Dial, failure: ConnectFailure)] = []
    private let sessions = TLSHandshake.Sessions()
    private let authoritiesChecked: WakeSignal
    private var dialsSinceClearing = 0
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
        do throws(SystemError) {
            authoritiesChecked = try WakeSignal()
        } catch {
            unsafe curl_multi_cleanup(multi)
            throw .internalError
        }
        self.loop = loop
        unsafe self.multi = unsafe multi
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe corsway_multi_set_socket(multi, Self.socketChanged, context)
        unsafe corsway_multi_set_timer(multi, Self.timerChanged, context)
        // The pool is ours; libcurl's must never close a connection to make room.
        unsafe corsway_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1 << 20)
        timerToken = loop.register(self)
        alarmToken = loop.register(alarm)
        let waker = Waker(authoritiesChecked) { [unowned self] in secureWaiting() }
        do throws(SystemError) {
            try loop.watch(authoritiesChecked.number, .level(.readable), for: loop.register(waker))
        } catch {
            throw .internalError
        }
    }

    deinit {
        unsafe curl_multi_cleanup(multi)
    }

    // MARK: Dialling

    /// Whether a dial is to forget the addresses found so far, those of names that are addresses included.
    ///
    /// libcurl keeps each for a minute and goes through all of them at each dial: a client that names ever new hosts
    /// would make all dials dear.
    func forgetsAddresses() -> Bool {
        dialsSinceClearing += 1
        guard dialsSinceClearing >= Self.dialsPerClearing else { return false }
        dialsSinceClearing = 0
        return true
    }

    /// Starts to connect; the completion comes from a later `finishRound` or deadline, unless cancelled.
    ///
    /// - Parameter client: On whose behalf.
    func dial(
        _ request: ConnectionRequest,
        for client: ClientNetwork,
        completion: @escaping Dial.Completion
    ) throws(ConnectFailure) -> Dial {
        let dial = try Dial(request, dialer: self, completion: completion)
        dial.startTimer(on: loop)
        if request.usesTLS {
            secure(dial, for: client)
        } else {
            admit(dial, for: client)
        }
        return dial
    }

    /// Lets a dial go on, or wait until those whom it trusts are known.
    private func secure(_ dial: Dial, for client: ClientNetwork) {
        let now = loop.now
        // All are asked, so that they are looked at side by side.
        let isKnown = dial.request.trusts.map { $0.isReady(at: now, orRaises: authoritiesChecked) }
        guard isKnown.allSatisfy(\.self) else {
            unsecured[dial.easy.address] = (dial, client)
            return
        }
        do throws(ConnectFailure) {
            try dial.secure(resuming: sessions)
            admit(dial, for: client)
        } catch {
            // Whoever asked for the dial does not have it yet.
            failed.append((dial, error))
        }
    }

    private func secureWaiting() {
        let dials = unsecured.values
        unsecured = [:]
        for (dial, client) in dials { secure(dial, for: client) }
    }

    /// Starts a dial, or lets it wait for its turn to look up its name.
    private func admit(_ dial: Dial, for client: ClientNetwork) {
        guard let name = dial.request.lookupName else { return start(dial) }
        guard let lease = lookups.begin(name, for: client, at: loop.now) else {
            return dial.wait(in: lookups.wait(dial, for: name, client))
        }
        dial.lookUp(under: lease)
        start(dial)
    }

    /// Gives up a dial that is still under way.
    ///
    /// While its name is looked up it stays, for nobody: its thread does so too, and has to be counted.
    func cancel(_ dial: Dial) {
        dial.giveUp()
        if !dial.isLookingUp { remove(dial) }
    }

    /// Gives up a dial whose time is over.
    func timedOut(_ dial: Dial) {
        if let lease = dial.takeLease() { lookups.abandon(lease, at: loop.now) }
        finish(dial, with: .failure(dial.timeout))
    }

    private func start(_ dial: Dial) {
        dials[dial.easy.address] = dial
        unsafe curl_multi_add_handle(multi, dial.easy.handle)
    }

    /// Called from libcurl's callback too: the next look-up of the name may start, in `finishRound`.
    func endLookup(of dial: Dial) {
        if let lease = dial.takeLease() { lookups.end(lease) }
    }

    /// Starts dials whose look-up may begin, so many at most that others get their turn.
    private func startWaiting() {
        for _ in 0..<Self.maximumStarts {
            guard let (dial, lease) = lookups.next(at: loop.now) else {
                if let alarmToken, let end = lookups.nextEnd { loop.setDeadline(end, for: alarmToken) }
                return
            }
            dial.lookUp(under: lease)
            start(dial)
        }
        if let alarmToken { loop.setDeadline(loop.now.advanced(byNanoseconds: 1), for: alarmToken) }
    }

    private func remove(_ dial: Dial) {
        dial.stopTimer(on: loop)
        guard unsecured.removeValue(forKey: dial.easy.address) == nil else { return }
        guard dials.removeValue(forKey: dial.easy.address) != nil else {
            if let place = dial.takePlace() { lookups.remove(place) }
            return
        }
        endLookup(of: dial)
        unsafe curl_multi_remove_handle(multi, dial.easy.handle)
    }

    private func finish(_ dial: Dial, with result: Result<UpstreamConnection, ConnectFailure>) {
        let completion = dial.end(with: result)
        remove(dial)
        completion?(result)
    }

    /// Dials that are under way or wait for a look-up.
    var dialCount: Int {
        dials.count + unsecured.count + lookups.count
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
        while let (dial, failure) = failed.popLast() {
            finish(dial, with: .failure(failure))
        }
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
        times.append(dial.times)
        guard code == CURLE_OK, let number = dial.easy.activeSocket else {
            return finish(dial, with: .failure(dial.failure(code)))
        }
        if dial.request.usesTLS {
            // The easy handle stays in the multi handle: libcurl finds the TLS session through it.
            dials[dial.easy.address] = nil
            endLookup(of: dial)
            let connection = dial.securedConnection(on: number, loop: loop)
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
