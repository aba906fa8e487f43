/// What a script may call that opens sockets in a page.
enum SocketScript {
    /// Wraps the body of an async function into an expression that gives its result as a string.
    static func expression(_ script: String) -> String {
        """
        (async () => {
          \(functions)
          if (document.readyState === "loading") await event(document, "DOMContentLoaded");
          try {
            return String(await (async () => { \(script) })());
          } catch (error) {
            return error.name + ": " + error.message;
          }
        })()
        """
    }

    private static let functions = #"""
        const event = (target, ...types) => new Promise(resolve => {
          for (const type of types) target.addEventListener(type, resolve, { once: true });
        });
        // Opens a socket, and gives "open", or "close" with its code.
        const opening = async socket => {
          const end = await event(socket, "open", "close");
          return end.type === "open" ? "open" : "close " + end.code;
        };
        const open = async (url, ...more) => {
          const socket = new WebSocket(url, ...more);
          socket.binaryType = "arraybuffer";
          const end = await opening(socket);
          if (end !== "open") throw new Error(end);
          return socket;
        };
        const echo = async (socket, message) => {
          const answer = event(socket, "message");
          socket.send(message);
          return (await answer).data;
        };
        const closing = async socket => {
          const end = await event(socket, "close");
          return `${end.code} ${end.reason} ${end.wasClean}`;
        };
        """#
}
