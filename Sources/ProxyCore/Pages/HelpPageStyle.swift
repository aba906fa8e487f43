extension HelpPage {
    /// The content of the page's style element, byte for byte: its hash stands in the policy.
    static let style = """

        :root { color-scheme: light dark; --ink: #1d2330; --dim: #5c6577; --page: #f6f7f9; --card: #fff;
          --line: #dce0e7; --accent: #2458d3; --on-accent: #fff }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --dim: #9aa3b5; --page: #14171d;
          --card: #1c2129; --line: #313846; --accent: #86a8ff; --on-accent: #10131a } }
        * { box-sizing: border-box }
        body { margin: 0; padding: 2.5rem 1rem; background: var(--page); color: var(--ink);
          font: 16px/1.55 system-ui, sans-serif }
        main { max-width: 46rem; margin: 0 auto }
        h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em }
        h2 { margin: 2rem 0 .6rem; font-size: 1.05rem }
        p { margin: .4rem 0 1rem; color: var(--dim) }
        code, pre, input, select { font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace }
        pre { margin: 0 0 .6rem; padding: .7rem .9rem; overflow: auto; background: var(--card);
          border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere }
        form { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: .8rem }
        input, select { padding: .55rem .7rem; color: inherit; background: var(--card);
          border: 1px solid var(--line); border-radius: 8px }
        input { flex: 1 1 16rem; min-width: 0 }
        button { padding: .55rem 1.1rem; border: 0; border-radius: 8px; background: var(--accent);
          color: var(--on-accent); font: 600 15px system-ui, sans-serif; cursor: pointer }
        button:disabled { opacity: .5; cursor: default }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
        #answer { max-height: 28rem }

        """
}
