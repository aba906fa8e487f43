extension HelpPage {
    /// The content of the page's script element, byte for byte: its hash stands in the policy.
    ///
    /// The address of the proxy is the page's own, and what comes back is set as text, never as markup.
    static let script = """

        const form = document.querySelector("form");
        const button = form.querySelector("button");
        const answer = document.getElementById("answer");
        const base = location.origin + location.pathname.replace(/\\/*$/, "/");
        const limit = 4096;

        async function firstBytes(response) {
          if (!response.body) return "";
          const reader = response.body.getReader(), decoder = new TextDecoder();
          let text = "", size = 0;
          while (size < limit) {
            const { done, value } = await reader.read();
            if (done) return text + decoder.decode();
            size += value.length;
            text += decoder.decode(value.subarray(0, limit - size + value.length), { stream: true });
          }
          reader.cancel();
          return text + "\\n… (the first " + limit + " bytes)";
        }

        form.addEventListener("submit", async event => {
          event.preventDefault();
          button.disabled = true;
          answer.hidden = false;
          answer.textContent = "Waiting…";
          const started = performance.now();
          try {
            const address = base + form.elements.address.value.trim();
            const response = await fetch(address, { method: form.elements.verb.value, cache: "no-store" });
            const lines = [response.status + " " + response.statusText];
            response.headers.forEach((value, name) => lines.push(name + ": " + value));
            const body = await firstBytes(response);
            const elapsed = Math.round(performance.now() - started);
            answer.textContent = lines.join("\\n") + "\\n\\n" + body + "\\n\\n(" + elapsed + " ms)";
          } catch (error) {
            answer.textContent = "No answer could be read: " + error.message;
          } finally {
            button.disabled = false;
          }
        });

        """
}
