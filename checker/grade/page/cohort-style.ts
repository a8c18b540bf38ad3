/** Up to this many exercises get wide columns: thirty still fit on a laptop's screen. */
const FEW = 12

/**
 * The style of a gradebook with this many exercises. Each state has a sign besides its colour; the
 * colours say how close a failure is to a pass. Signs that only point get a second declaration with
 * empty alternative text for screen readers, in browsers that support it.
 */
export const cohortStyle = (exercises: number) => `
:root {
  --columns: ${exercises};
  --p: light-dark(#d9efdf, #17382a);
  --q0: light-dark(#f0a89d, #74291f);
  --q1: light-dark(#f4bfb6, #5d2720);
  --q2: light-dark(#f8d5cf, #472420);
  --q3: light-dark(#fbe8e4, #342120);
  --k: light-dark(#ffdf8a, #5c4405);
  --e: light-dark(#d9d2f5, #3b3363);
  --odd: light-dark(#8a5a00, #ffce5c);
}
body { max-width: none; padding-inline: 1.5rem; }
main { display: grid; gap: 2.5rem; grid-template-columns: minmax(0, 1fr); }
h1 { font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; margin: 0.15rem 0 0.5rem; }
h2 { font-size: 1.1rem; font-weight: 650; margin-bottom: 0.35rem; }
h3 { font-size: 0.9rem; font-weight: 650; color: var(--dim); margin: 1.2rem 0 0.2rem; }
ul { list-style: none; margin: 0; padding: 0; }
q { quotes: "“" "”"; }
.facts, .dim, .how { color: var(--dim); }
header { margin-bottom: 1.75rem; }
.bare { border: 2px solid var(--fail); border-radius: 3px; padding: 0.5rem 0.8rem; margin-top: 0.8rem; }

.first { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.5rem 3rem; overflow-wrap: anywhere; }
.first > div { border-left: 3px solid var(--odd); padding-left: 1rem; max-width: 50rem; }
.first li { padding-block: 0.15rem; font-size: 0.93rem; }
.stuck { color: var(--odd); }

.controls, .how, .opened .legend { display: none; }
.scripted .controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; margin-bottom: 0.6rem; }
.scripted .how { display: block; font-size: 0.85rem; margin-bottom: 0.6rem; }
input, select, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--dim); border-radius: 3px; padding: 0.15rem 0.5rem; }
button { cursor: pointer; }
output { color: var(--dim); }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; font-size: 0.85rem; margin-bottom: 0.6rem; }
.key { display: inline-block; min-width: 1.7rem; padding: 0 0.25rem; text-align: center; border-radius: 2px; }
.key.f { background: var(--q1); }

.scroller { overflow: auto; max-height: calc(100vh - 4rem); width: fit-content; max-width: 100%; }
#map { font-size: 0.87rem; font-variant-numeric: tabular-nums; border-spacing: 0; --name: ${exercises > FEW ? 13 : 18}rem; --sum: 3.2rem; --cell: ${exercises > FEW ? 2 : 3}rem; }
#map th, #map td { font-weight: 400; width: var(--cell); padding: 0; text-align: center; border: solid var(--paper); border-width: 0 1px 1px 0; overflow: clip; white-space: nowrap; line-height: 1.75rem; }
#map th:first-child { width: var(--name); text-align: left; padding-inline: 0.5rem; position: sticky; left: 0; background: var(--paper); text-overflow: ellipsis; }
#map .look, #map .total, #map .share td:nth-child(-n + 3) { width: var(--sum); }
#map thead th { background: var(--paper); vertical-align: bottom; line-height: 1.4; }
#map thead th:first-child { z-index: 1; }
#map .share > * { color: var(--dim); border-bottom: 1px solid var(--rule); font-size: 0.92em; }
#map .exercise span { display: block; margin: 0.4rem auto 0.2rem; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 6.3rem; overflow: clip; order: -1; }
#map .exercise.stuck { color: var(--odd); font-weight: 650; box-shadow: inset 0 3px var(--odd); }
#map th button { border: 0; background: none; padding: 0; width: 100%; height: 100%; display: flex; flex-direction: column; justify-content: end; align-items: center; }
#map th:first-child button { align-items: start; }
#map th button:hover { text-decoration: underline; }
#map th button:focus-visible, #map td:focus-visible { outline-offset: -2px; }
#map [aria-sort] button::after { content: "▾"; content: "▾" / ""; line-height: 1; }
#map [aria-sort=ascending] button::after { content: "▴"; content: "▴" / ""; }
#map .odd th { box-shadow: inset 4px 0 var(--odd); }
#map .odd .look { font-weight: 650; color: var(--odd); }
#map .look span + span { margin-left: 0.3em; }
#map .total { font-weight: 650; }
#map small, #map em { color: var(--dim); font-size: 0.87em; }
#map em { font-style: normal; color: var(--fail); }
#map td i { font-size: 0.72em; font-style: normal; line-height: 0; position: relative; top: -0.5em; }
#map td[aria-label] { cursor: pointer; }
#map td[aria-label]:hover, #map td[aria-current] { box-shadow: inset 0 0 0 2px var(--ink); }
#map tbody tr:hover th { background: var(--raised); }
.p { background: var(--p); fill: var(--p); }
.q0 { background: var(--q0); } .q1 { background: var(--q1); } .q2 { background: var(--q2); } .q3 { background: var(--q3); }
rect.f { fill: var(--q0); }
.k { background: var(--k); fill: var(--k); font-weight: 700; }
.e { background: var(--e); fill: var(--e); font-weight: 700; }
.s, .n, .o { color: var(--dim); fill: var(--rule); }

.failures ol { margin-top: 0.5rem; border-bottom: 1px solid var(--rule); max-width: 70rem; }
.failures ol > li { border-top: 1px solid var(--rule); }
.failures summary { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: 0.35rem 0; cursor: pointer; overflow-wrap: anywhere; }
.failures summary:hover { background: var(--raised); }
.where { font-weight: 650; }
.where::before { content: "▸"; content: "▸" / ""; display: inline-block; width: 1em; font-weight: 400; }
[open] .where::before { content: "▾"; content: "▾" / ""; }
.names { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; padding: 0 0 0.6rem; font-size: 0.9rem; }
details > p, .names { margin-left: 1em; }
.counts { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.counts th, .counts td { text-align: right; font-weight: 400; padding: 0.1rem 0 0.1rem 1.2rem; border-bottom: 1px solid var(--rule); }
.counts tr > :first-child { text-align: left; padding-left: 0; }
.counts thead th { color: var(--dim); }
.counts tbody th { white-space: nowrap; }
svg { display: block; }

#panel { position: fixed; inset: 0 0 0 auto; width: min(32rem, 100%); overflow: auto; background: var(--paper); border-left: 1px solid var(--rule); box-shadow: 0 0 2rem light-dark(#0002, #0008); padding: 1rem 1.5rem 3rem; z-index: 3; overflow-wrap: anywhere; }
#panel.beside { width: min(84rem, 100%); display: grid; grid-template-columns: minmax(18rem, 2fr) minmax(0, 3fr); gap: 0 1.5rem; padding-right: 0; }
#panel.beside[hidden] { display: none; }
#panel iframe { border: 0; border-left: 1px solid var(--rule); width: 100%; height: calc(100vh - 2rem); position: sticky; top: 0; background: var(--paper); color-scheme: light dark; }
@media (max-width: 56rem) { #panel.beside { display: block; padding-right: 1.5rem; } #panel iframe { position: static; height: 70vh; border-left: 0; border-top: 1px solid var(--rule); } }
#panel .links { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; }
#panel .history { padding-left: 1.2rem; list-style: decimal; }
#panel h2 { font-size: 1.3rem; margin: 0.8rem 0 0.2rem; }
#panel .tools { display: flex; gap: 0.5rem; }
#panel .tools :last-child { margin-left: auto; }
#panel .headline { font-weight: 650; padding: 0.25rem 0.6rem; margin: 0.7rem 0; border-radius: 2px; }
#panel .title, #panel dt { font-weight: 650; }
#panel .says { border-left: 3px solid var(--fail); background: var(--fail-wash); padding: 0.6rem 0.9rem; margin-block: 0.4rem 0.8rem; }
#panel .wire, #panel .handed { margin-top: 0.8rem; }
#panel dl, #panel .runs { font-size: 0.9rem; }
#panel .runs { list-style: decimal; padding-left: 1.5rem; }
#panel dd { margin-bottom: 0.5rem; color: var(--dim); }
#panel .bare { border-width: 1px; }
#panel p, bdi { unicode-bidi: isolate; }

/* Rows are boxes of their own, so that those out of sight cost nothing. */
@media screen {
  #map, #map thead, #map tbody { display: block; }
  #map tr { display: flex; width: calc(var(--name) + 2 * var(--sum) + var(--columns) * var(--cell)); }
  #map tr[hidden] { display: none; }
  #map tbody tr { content-visibility: auto; contain-intrinsic-height: calc(1.75rem + 1px); }
  #map th, #map td { flex: none; }
  #map thead { position: sticky; top: 0; z-index: 1; background: var(--paper); width: max-content; }
}
@media screen and (min-width: 60rem) { .opened body { padding-right: 33.5rem; } }
@media screen and (max-width: 44rem) {
  body { padding-inline: 0.8rem; }
  h1 { font-size: 1.5rem; }
  #map { --name: 8rem; }
  .failures summary { grid-template-columns: 1fr; }
  /* No room for the bars, which say the same as the numbers. */
  .counts { font-size: 0.8rem; }
  .counts th, .counts td { padding-left: 0.6rem; }
  .counts tr > :last-child { display: none; }
}
@page { size: A4 landscape; margin: 10mm; }
@media print {
  .scroller { overflow: visible; max-height: none; }
  #map th, #map td { position: static !important; }
  /* Chromium repeats the head of a table on each page, but not the buttons in it: they are to be no boxes. */
  #map thead { display: table-header-group; }
  #map th button { display: contents; }
  #map thead .exercise { vertical-align: top; }
  h2, h2 + p { break-after: avoid; }
  #map th, #map td, rect, .key { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  #map tr, .failures li { break-inside: avoid; }
  #map td[aria-current] { box-shadow: none; }
  #panel, .scripted .controls, .scripted .how { display: none; }
}
`
