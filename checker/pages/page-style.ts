/** What all pages share: colours for light and dark, type, and paper. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fcfbf8, #14161a);
  --raised: light-dark(#f3f1eb, #1e2127);
  --ink: light-dark(#1a1d22, #e9e7e2);
  --dim: light-dark(#62676f, #9ca2ab);
  --rule: light-dark(#dcd8ce, #343942);
  --fail: light-dark(#b9261a, #ff8675);
  --fail-wash: light-dark(#fbe6e2, #3b1f1c);
  --pass: light-dark(#1a7038, #72d394);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 15px/1.5 var(--sans); -webkit-text-size-adjust: 100%; }
body { max-width: 72rem; margin: 0 auto; padding: 3rem 2rem 4rem; }
h1, h2, h3, p, dl, dd, ol, figure, pre { margin: 0; padding: 0; }
ol { list-style: none; }
code, pre, kbd { font-family: var(--mono); font-size: 0.92em; }
a { color: inherit; text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid light-dark(#1f5fbf, #82b5ff); outline-offset: 2px; border-radius: 2px; }
.kicker { font-size: 0.8rem; letter-spacing: 0.14em; text-transform: uppercase; color: var(--dim); }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media screen and (max-width: 44rem) { body { padding: 1.5rem 1rem 3rem; } }
@media print {
  :root { color-scheme: light; --paper: #fff; }
  html { font-size: 11px; }
  body { max-width: none; padding: 0; }
}
`
