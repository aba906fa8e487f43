import Foundation

/// A WebSocket client of another hand, Debian's python3-websockets, as a child process.
package enum PythonWebSocketClient {
    /// The interpreter that Debian's packages are for.
    static let python = "/usr/bin/python3"
    static let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]

    /// What a client saw of each thing that it tried, by name.
    package typealias Findings = [String: String]

    /// Tries everything with a `PythonWebSocketServer` below a URL.
    ///
    /// - Parameters:
    ///   - base: A URL that names of the server's are put behind: `ws://127.0.0.1:8080/ws://127.0.0.1:9000/`.
    ///   - port: Where to connect on 127.0.0.1, whatever host the URL names.
    ///   - authority: The certificate that is trusted.
    ///   - names: What is tried; where it is empty, all but `told`, which waits until the socket is closed.
    package static func findings(
        at base: String,
        port: Int,
        trusting authority: String? = nil,
        only names: [String] = []
    ) throws -> Findings {
        let folder = try TemporaryFolder()
        let file = try folder.write(script, to: "client.py")
        let child = try ChildProcess(
            python,
            [file, base, "\(port)", authority ?? ""] + names,
            environment: environment
        )
        guard try child.exit(within: .seconds(90)) == .status(0) else {
            throw SocketError.ended("python: \(child.standardError)")
        }
        return try JSONDecoder().decode(Findings.self, from: Data(child.standardOutput.utf8))
    }

    private static let script = #"""
        import asyncio, hashlib, json, os, ssl, sys
        import websockets
        from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory as Deflate

        base, port = sys.argv[1], int(sys.argv[2])
        context = None
        if base.startswith("wss"):
            context = ssl.create_default_context(cafile=sys.argv[3])
        findings = {}

        def connect(name, **options):
            return websockets.connect(base + name, host="127.0.0.1", port=port, ssl=context, max_size=None,
                                      open_timeout=20, close_timeout=20, ping_interval=None, **options)

        def finding(function):
            findings[function.__name__] = function
            return function

        @finding
        async def text():
            async with connect("echo") as socket:
                await socket.send("Grüße ☂")
                return await socket.recv()

        @finding
        async def binary():
            async with connect("echo") as socket:
                await socket.send(bytes(range(256)))
                return (await socket.recv()).hex()[-8:]

        @finding
        async def empty():
            async with connect("echo") as socket:
                await socket.send("")
                await socket.send(b"")
                return repr([await socket.recv(), await socket.recv()])

        @finding
        async def many():
            async with connect("echo") as socket:
                for number in range(500):
                    await socket.send(str(number))
                return str([int(await socket.recv()) for _ in range(500)] == list(range(500)))

        @finding
        async def large():
            answers = []
            for message in [os.urandom(16 << 20), "ab12" * (4 << 20)]:
                async with connect("echo", compression=None) as socket:
                    await socket.send(message)
                    answers.append(await socket.recv() == message)
            return str(answers)

        @finding
        async def fragments_sent():
            async def pieces():
                for piece in ["one ", "two ", "", "three"]:
                    yield piece
            async with connect("echo") as socket:
                await socket.send(pieces())
                return await socket.recv()

        @finding
        async def fragments_received():
            async with connect("fragments") as socket:
                return await socket.recv()

        @finding
        async def ping_sent():
            async with connect("echo") as socket:
                await asyncio.wait_for(await socket.ping(b"there?"), 10)
                return "ponged"

        @finding
        async def ping_received():
            async with connect("ping") as socket:
                return await socket.recv()

        @finding
        async def subprotocols():
            chosen = []
            for offered in [None, ["chat.v1", "chat.v2"], ["vite-hmr"], ["chat.v1"]]:
                async with connect("info", subprotocols=offered) as socket:
                    told = json.loads(await socket.recv())["subprotocol"]
                    chosen.append(f"{socket.subprotocol}={told}")
            return " ".join(chosen)

        @finding
        async def deflate():
            answers = []
            for factory in [None, Deflate(), Deflate(client_max_window_bits=9, server_max_window_bits=9),
                            Deflate(server_no_context_takeover=True, client_no_context_takeover=True)]:
                extensions = [factory] if factory else None
                async with connect("echo", compression=None, extensions=extensions) as socket:
                    message = "compressible " * 100_000
                    await socket.send(message)
                    same = [await socket.recv() == message]
                    await socket.send("again")
                    same.append(await socket.recv() == "again")
                    chosen = getattr(socket, "extensions", None)
                    if chosen is None:
                        chosen = socket.protocol.extensions
                    answers.append(f"{len(chosen)}{all(same)}")
            return " ".join(answers)

        @finding
        async def closed_by_client():
            answers = []
            for code, reason in [(1000, ""), (1001, "gone"), (3000, "grün"), (4999, "x" * 123)]:
                tag = hashlib.sha1(os.urandom(9)).hexdigest()
                async with connect("closed?tag=" + tag) as socket:
                    await socket.close(code, reason)
                async with connect("ends?tag=" + tag) as socket:
                    told = await socket.recv()
                answers.append(str(told == f"{code} {reason}".strip()))
            return " ".join(answers)

        @finding
        async def closed_by_server():
            answers = []
            for code, reason in [(1000, ""), (1001, "gone"), (3000, "full"), (4999, "x" * 123)]:
                async with connect(f"close?code={code}&reason={reason}") as socket:
                    await socket.wait_closed()
                    answers.append(str((socket.close_code, socket.close_reason) == (code, reason)))
            return " ".join(answers)

        @finding
        async def told():
            async with connect("echo") as socket:
                await socket.wait_closed()
                return str(socket.close_code)

        async def main():
            names = sys.argv[4:] or [name for name in findings if name != "told"]
            for name, function in list(findings.items()):
                if name not in names:
                    del findings[name]
                    continue
                try:
                    findings[name] = await asyncio.wait_for(function(), 60)
                except Exception as error:
                    findings[name] = f"{type(error).__name__}: {error}"
            print(json.dumps(findings))

        asyncio.run(main())
        """#
}
