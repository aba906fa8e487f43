/// A WebSocket server of another hand, Debian's python3-websockets, as a child process.
///
/// What it does stands in the last segment of the path; see the script.
package final class PythonWebSocketServer: Sendable {
    private let child: ChildProcess
    private let folder: TemporaryFolder
    package let port: Int
    private let isSecure: Bool

    /// Starts it on a free port, with TLS where a certificate is given.
    package init(certificate: Certificate? = nil) throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(Self.script, to: "server.py")
        let files = certificate.map { [$0.chain, $0.key] } ?? []
        let child = try ChildProcess(
            PythonWebSocketClient.python,
            [script] + files,
            environment: PythonWebSocketClient.environment
        )
        var found: Int?
        try eventually("the Python server listens; \(child.standardError)") {
            if child.poll() != nil { throw SocketError.ended("python: \(child.standardError)") }
            found = child.standardOutput.split(separator: "\n").first.flatMap { Int($0) }
            return found != nil
        }
        (self.child, self.folder, port) = (child, folder, found ?? 0)
        isSecure = certificate != nil
    }

    /// `127.0.0.1` and its port, or `localhost` with TLS.
    package var authority: String { "\(isSecure ? "localhost" : "127.0.0.1"):\(port)" }

    private static let script = """
        import asyncio, collections, json, ssl, sys
        from urllib.parse import parse_qsl, urlsplit
        import websockets

        # How the sockets with a tag were closed, as this end saw it.
        ends = collections.defaultdict(lambda: asyncio.get_running_loop().create_future())

        def head(socket):
            request = getattr(socket, "request", None)
            if request is not None:
                return request.path, request.headers
            return socket.path, socket.request_headers

        known = ["chat.v2", "vite-hmr"]

        # Before release 11 it gets what is offered and what is known, since then the connection and what is offered.
        def select(first, second):
            offered = first if isinstance(first, list) else second
            return next((name for name in known if name in offered), None)

        async def pieces():
            for piece in ["one ", "two ", "", "three"]:
                yield piece

        async def serve(socket):
            path, fields = head(socket)
            url = urlsplit(path)
            query = dict(parse_qsl(url.query))
            name = url.path.rsplit("/", 1)[-1]
            if name == "echo":
                async for message in socket:
                    await socket.send(message)
            elif name == "info":
                await socket.send(json.dumps({
                    "path": path, "subprotocol": socket.subprotocol, "host": fields["Host"],
                    "origin": fields.get("Origin"), "forwarded": fields.get("X-Forwarded-Proto"),
                    "cookie": fields.get("Cookie")}))
            elif name == "fragments":
                await socket.send(pieces())
            elif name == "ping":
                await (await socket.ping(b"anyone?"))
                await socket.send("ponged")
            elif name == "close":
                await socket.close(int(query["code"]), query.get("reason", ""))
            elif name == "closed":
                await socket.wait_closed()
                ends[query["tag"]].set_result(f"{socket.close_code} {socket.close_reason}".strip())
            elif name == "ends":
                await socket.send(await asyncio.wait_for(ends[query["tag"]], 10))

        async def main():
            context = None
            if len(sys.argv) > 1:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(sys.argv[1], sys.argv[2])
            async with websockets.serve(serve, "127.0.0.1", 0, ssl=context, max_size=None, ping_interval=None,
                                        subprotocols=known, select_subprotocol=select) as server:
                print(list(server.sockets)[0].getsockname()[1], flush=True)
                await asyncio.Future()

        asyncio.run(main())
        """
}
