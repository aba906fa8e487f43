/// What a case's script may call in its page.
enum PageScript {
    /// Wraps a script into an expression that gives its result as a string.
    static func expression(_ script: String, proxy: String, upstream: String, other: String) -> String {
        """
        (async () => {
          const proxy = "\(proxy)/", upstream = "\(upstream)", other = "\(other)";
          \(functions)
          if (document.readyState === "loading") {
            await new Promise(resolve => addEventListener("DOMContentLoaded", resolve));
          }
          try {
            return String(await (async () => { \(script) })());
          } catch (error) {
            return error.name;
          }
        })()
        """
    }

    private static let functions = #"""
        // The URL of a path at the upstream, straight or through the proxy; `answer` is a ScriptedAnswer.
        const query = answer => answer ? "?" + encodeURIComponent(JSON.stringify(answer)) : "";
        const direct = (path, answer) => upstream + path + query(answer);
        const elsewhere = (path, answer) => other + path + query(answer);
        const via = (path, answer) => proxy + direct(path, answer);
        const redirect = (status, location) => ({ status, fields: ["Location: " + location], body: "" });
        const html = (...fields) => ({ fields: ["Content-Type: text/html", ...fields], body: marked });
        // A page that asks the upstream for /ran where its script runs, for /still where none may run.
        const marked = `<!doctype html><script>document.write('<img src="${upstream}/ran">')<\/script>`
          + `<noscript><img src="${upstream}/still"></noscript>`;
        // An image as an answer.
        const svg = { fields: ["Content-Type: image/svg+xml"],
          body: "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>" };
        // Lets an answer in pieces go on.
        const release = () => fetch(direct("/release"), { mode: "no-cors" });

        const show = async response => {
          response = await response;
          return response.status + " " + await response.text();
        };
        const ownError = async response => {
          response = await response;
          return `${response.status} ${(await response.json()).error.code}`
            + ` ${response.headers.get("x-corsway-error")}`;
        };
        const headers = async (response, ...names) => {
          response = await response;
          return names.map(name => name + "=" + response.headers.get(name)).join(" ");
        };
        const event = (target, ...types) => new Promise(resolve => {
          for (const type of types) target.addEventListener(type, resolve, { once: true });
        });
        // Adds an element and tells whether it loads.
        const loads = async (name, attributes) => {
          const element = document.createElement(name);
          const done = event(element, "load", "error", "loadedmetadata");
          for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
          document.body.append(element);
          return (await done).type;
        };
        const request = (method, url, prepare = () => {}) => new Promise(resolve => {
          const xhr = new XMLHttpRequest();
          xhr.open(method, url);
          xhr.onload = () => resolve(xhr.status + " " + xhr.responseText);
          xhr.onerror = () => resolve("error " + xhr.status);
          const body = prepare(xhr);
          xhr.send(body);
        });
        // Runs an expression in a frame of an opaque origin and returns what it resolves to.
        const opaque = async (attributes, expression) => {
          const frame = document.createElement("iframe");
          const answer = event(window, "message");
          const code = "const show = " + show + "; (async () => " + expression + ")()"
            + ".catch(error => error.name).then(text => parent.postMessage(String(text), '*'));";
          const html = "<!doctype html><script>" + code + "<\/script>";
          if (attributes.sandbox) frame.setAttribute("sandbox", attributes.sandbox);
          if (attributes.data) frame.src = "data:text/html," + encodeURIComponent(html);
          else frame.srcdoc = html;
          document.body.append(frame);
          return (await answer).data;
        };
        """#
}
