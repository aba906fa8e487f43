import Foundation
import TestSupport
import Testing

/// WebSockets of pages in two browsers, through the proxy to a server of another hand.
@Suite(
    .serialized,
    .enabled(if: BrowserKind.areThere, "the browser tests of sockets need Chromium and Firefox"),
    .bothBrowsers
)
struct SocketBrowserTests {
    /// A way through the proxy, with or without TLS on either side.
    enum Door: String, CaseIterable, Sendable {
        case prefix, prefixHTTP, route, host, to

        func proxy(_ stage: SocketStage, _ isClientSecure: Bool, _ isUpstreamSecure: Bool) throws
            -> ProxyProcess
        {
            guard self == .to else { return try stage.proxy(isSecure: isClientSecure) }
            let target =
                isUpstreamSecure ? "https://\(stage.secure.authority)" : "ws://\(stage.plain.authority)"
            return try stage.proxy(isSecure: isClientSecure, to: target)
        }

        func url(
            _ stage: SocketStage,
            _ proxy: ProxyProcess,
            _ isClientSecure: Bool,
            _ isUpstreamSecure: Bool
        ) -> String {
            let name = isUpstreamSecure ? "socks" : "sock"
            let host = self == .host ? "\(name).localhost" : "proxy.localhost"
            let base = "\(isClientSecure ? "wss" : "ws")://\(host):\(proxy.port)/"
            let server = isUpstreamSecure ? stage.secure.authority : stage.plain.authority
            return switch self {
            case .prefix: "\(base)\(isUpstreamSecure ? "wss" : "ws")://\(server)/"
            case .prefixHTTP: "\(base)\(isUpstreamSecure ? "https" : "http")://\(server)/"
            case .route: "\(base)\(name)/"
            case .host, .to: base
            }
        }
    }

    /// Everything that a page can do with a socket.
    private static func script(_ base: String) -> String {
        """
        const base = "\(base)", found = [];
        let socket = await open(base + "echo");
        found.push(await echo(socket, "Grüße ☂"), new Uint8Array(await echo(socket, new Uint8Array([0, 128, 255]))).join());
        const large = new Uint8Array(2 << 20).map((_, index) => index * 7);
        const back = new Uint8Array(await echo(socket, large));
        found.push(back.length === large.length && back.every((byte, index) => byte === large[index]));
        found.push((await echo(socket, "x".repeat(1 << 20))).length);
        found.push(socket.extensions.split(";")[0], "[" + socket.protocol + "]");
        let end = closing(socket);
        socket.close(3001, "enough");
        found.push(await end);
        socket = await open(base + "info", ["chat.v1", "chat.v2"]);
        found.push(socket.protocol);
        for (const [code, reason] of [[1000, ""], [1001, "away"], [3000, "full"], [4999, "own"]]) {
          socket = new WebSocket(base + "close?code=" + code + "&reason=" + reason);
          found.push(await closing(socket));
        }
        const tag = Math.random();
        socket = await open(base + "closed?tag=" + tag);
        socket.close(4000, "by page");
        await event(socket, "close");
        socket = await open(base + "ends?tag=" + tag);
        found.push((await event(socket, "message")).data);
        return found.join(" | ");
        """
    }

    private static let expected =
        "Grüße ☂ | 0,128,255 | true | 1048576 | permessage-deflate | [] | 3001 enough true | chat.v2 | "
        + "1000  true | 1001 away true | 3000 full true | 4999 own true | 4000 by page"

    @Test(arguments: BrowserKind.allCases, Door.allCases)
    func `a page's sockets pass, whatever the door and with TLS on either side`(
        browser: BrowserKind,
        door: Door
    )
        throws
    {
        let stage = try SocketStage.current()
        let page = try stage.open("app.localhost", in: browser)
        for (isClientSecure, isUpstreamSecure) in [
            (false, false), (false, true), (true, false), (true, true),
        ] {
            let proxy = try door.proxy(stage, isClientSecure, isUpstreamSecure)
            let base = door.url(stage, proxy, isClientSecure, isUpstreamSecure)
            let found = try page.evaluate(SocketScript.expression(Self.script(base)))
            #expect(found == Self.expected, "\(base)")
        }
    }

    @Test(arguments: BrowserKind.allCases)
    func `a page of another origin and a sandboxed frame open no socket, and the upstream is never dialled`(
        browser: BrowserKind
    ) throws {
        let stage = try SocketStage.current()
        let upstream = try ScriptedUpstream.webSocket()
        let proxy = try stage.proxy()
        let target = "ws://proxy.localhost:\(proxy.port)/ws://\(upstream.authority)/"
        let attempt = SocketScript.expression("return opening(new WebSocket(\"\(target)\"))")
        let stranger = try stage.open("stranger.localhost", in: browser)
        #expect(try stranger.evaluate(attempt) == "close 1006")
        let app = try stage.open("app.localhost", in: browser)
        let frame = SocketScript.expression(
            """
            const frame = document.createElement("iframe");
            frame.setAttribute("sandbox", "allow-scripts");
            const answer = event(window, "message");
            frame.srcdoc = `<script>
              const socket = new WebSocket("\(target)");
              socket.onopen = () => parent.postMessage("open", "*");
              socket.onclose = end => parent.postMessage("close " + end.code, "*");
            <\\/script>`;
            document.body.append(frame);
            return (await answer).data;
            """
        )
        #expect(try app.evaluate(frame) == "close 1006")
        #expect(upstream.openedConnections == 0)
        _ = try proxy.logLines(with: "null")
        // The control: the page itself may.
        #expect(try app.evaluate(attempt) == "open")
        #expect(upstream.openedConnections == 1)
    }

    @Test(arguments: BrowserKind.allCases)
    func `a page sends its client key as a subprotocol`(browser: BrowserKind) throws {
        let stage = try SocketStage.current()
        let proxy = try stage.proxy(isSecure: false, #""clientKeys": ["page-key"]"#)
        let base = "ws://proxy.localhost:\(proxy.port)/ws://\(stage.plain.authority)/info"
        let key = WebSocketHandshake.subprotocol(ofClientKey: "page-key")
        let page = try stage.open("app.localhost", in: browser)
        let script = """
            const found = [];
            for (const offered of [["\(key)"], ["chat.v2", "\(key)"], ["\(key)", "vite-hmr"]]) {
              const socket = await open("\(base)", offered);
              const told = JSON.parse((await event(socket, "message")).data);
              found.push(socket.protocol + "=" + told.subprotocol);
            }
            for (const offered of [[], ["chat.v2"], ["corsway.key.d3Jvbmc"]]) {
              found.push(await opening(new WebSocket("\(base)", offered)));
            }
            return found.join(" ");
            """
        #expect(
            try page.evaluate(SocketScript.expression(script))
                == "\(key)=null chat.v2=chat.v2 vite-hmr=vite-hmr close 1006 close 1006 close 1006"
        )
    }

    @Test(arguments: BrowserKind.allCases)
    func `a development server's page opens its socket again after a restart`(browser: BrowserKind) throws {
        let stage = try SocketStage.current()
        let port = try freePort()
        var server: ScriptedUpstream? = try .developmentServer(port: port)
        var launch = ProxyProcess.Launch()
        launch.arguments += ["--to", "http://127.0.0.1:\(port)"]
        let proxy = try ProxyProcess(nil, launch)
        let page = try stage.open(url: "http://proxy.localhost:\(proxy.port)/", in: browser)
        let started = try page.evaluate(
            SocketScript.expression(
                """
                window.connect = async () => {
                  for (let tries = 0; tries < 100; tries += 1) {
                    const socket = new WebSocket("ws://" + location.host + "/?token=1", "vite-hmr");
                    const first = event(socket, "message");
                    if (await opening(socket) === "open") return [socket, (await first).data];
                    await new Promise(resolve => setTimeout(resolve, 100));
                  }
                  throw new Error("the server is not there");
                };
                const [socket, message] = await connect();
                window.again = closing(socket).then(connect);
                return socket.protocol + " " + message;
                """
            )
        )
        #expect(started == #"vite-hmr {"type":"connected"}"#)
        server = nil
        try eventually("the server has started again") {
            server = try? .developmentServer(port: port)
            return server != nil
        }
        let again = try page.evaluate(SocketScript.expression("return (await again)[1]"))
        #expect(again == #"{"type":"connected"}"#)
        #expect(server?.requests.last?.value(of: "Origin") == "http://127.0.0.1:\(port)")
    }

    @Test(arguments: BrowserKind.allCases, [false, true])
    func `a page is told that the proxy stops`(browser: BrowserKind, isSecure: Bool) throws {
        let stage = try SocketStage.current()
        let proxy = try stage.proxy(isSecure: isSecure)
        let page = try stage.open("app.localhost", in: browser)
        let base = Door.prefix.url(stage, proxy, isSecure, isSecure)
        let opened = try page.evaluate(
            SocketScript.expression(
                "window.end = closing(await open(\"\(base)echo\")); return \"open\""
            )
        )
        #expect(opened == "open")
        proxy.child.send(signal: SIGTERM)
        let end = try page.evaluate(SocketScript.expression("return await end"))
        #expect(end.hasPrefix("1001 ") && end.hasSuffix(" true"), "\(end)")
        #expect(try proxy.child.exit(within: .seconds(10)) == .status(0))
    }
}
