import CCurl

/// Owns an easy handle of libcurl.
@safe
final class CurlEasy {
    /// Valid as long as this object.
    let handle: UnsafeMutableRawPointer

    /// Returns `nil` where libcurl has no memory.
    init?() {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = unsafe handle
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
    }

    /// Tells handles apart.
    var address: UInt { unsafe UInt(bitPattern: handle) }

    /// The socket that libcurl used last, `nil` where there is none.
    var activeSocket: Int32? {
        var number: curl_socket_t = -1
        guard unsafe corsway_easy_get_socket(handle, &number) == CURLE_OK, number >= 0 else { return nil }
        return number
    }

    /// A number that libcurl keeps on the transfer; 0 where it has none.
    func information(_ info: CURLINFO) -> Int {
        var value = 0
        guard unsafe corsway_easy_get_long(handle, info, &value) == CURLE_OK else { return 0 }
        return value
    }
}

/// Owns a list of strings for an option of libcurl, which does not copy it.
@safe
final class CurlList {
    let head: UnsafeMutablePointer<curl_slist>?

    init(_ element: String) {
        unsafe head = unsafe curl_slist_append(nil, element)
    }

    /// Makes a list of several strings; nil where there are none, or no memory.
    init?(_ elements: [String]) {
        var head: UnsafeMutablePointer<curl_slist>?
        for element in elements {
            guard let longer = unsafe curl_slist_append(head, element) else {
                unsafe curl_slist_free_all(head)
                return nil
            }
            unsafe head = unsafe longer
        }
        guard let head = unsafe head else { return nil }
        unsafe self.head = unsafe head
    }

    deinit {
        unsafe curl_slist_free_all(head)
    }
}

/// Sets options one after the other and remembers whether all were taken.
struct CurlSettings {
    private let easy: CurlEasy
    /// Whether every call so far returned CURLE_OK.
    private(set) var succeeded = true

    init(_ easy: CurlEasy) {
        self.easy = easy
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(unsafe corsway_easy_set_long(easy.handle, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        note(unsafe corsway_easy_set_string(easy.handle, option, value))
    }

    /// Takes away a text, one that libcurl has by default too.
    mutating func unset(_ option: CURLoption) {
        note(unsafe corsway_easy_set_string(easy.handle, option, nil))
    }

    mutating func set(_ option: CURLoption, _ list: CurlList) {
        note(unsafe corsway_easy_set_list(easy.handle, option, list.head))
    }

    mutating func discardOutput() {
        note(unsafe corsway_easy_discard_output(easy.handle))
    }

    mutating func refuseBody() {
        note(unsafe corsway_easy_refuse_body(easy.handle))
    }

    @unsafe mutating func setBody(
        _ callback: @escaping curl_write_callback,
        context: UnsafeMutableRawPointer
    ) {
        note(unsafe corsway_easy_set_body(easy.handle, callback, context))
    }

    @unsafe mutating func setHeadLines(
        _ callback: @escaping curl_write_callback,
        context: UnsafeMutableRawPointer
    ) {
        note(unsafe corsway_easy_set_head_lines(easy.handle, callback, context))
    }

    @unsafe mutating func setOpenSocket(
        _ callback: @escaping curl_opensocket_callback,
        context: UnsafeMutableRawPointer
    ) {
        note(unsafe corsway_easy_set_open_socket(easy.handle, callback, context))
    }

    @unsafe mutating func setSocketCallbacks(
        open: @escaping curl_opensocket_callback,
        openContext: UnsafeMutableRawPointer,
        close: @escaping curl_closesocket_callback,
        closeContext: UnsafeMutableRawPointer
    ) {
        note(unsafe corsway_easy_set_open_socket(easy.handle, open, openContext))
        note(unsafe corsway_easy_set_close_socket(easy.handle, close, closeContext))
    }

    @unsafe mutating func setContexts(
        _ callback: @escaping curl_ssl_ctx_callback,
        context: UnsafeMutableRawPointer
    ) {
        note(unsafe corsway_easy_set_context(easy.handle, callback, context))
    }

    private mutating func note(_ code: CURLcode) {
        if code != CURLE_OK { succeeded = false }
    }
}
