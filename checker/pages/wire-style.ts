import { STEP_PX } from './diagram.ts'

/** Up to twelve peers, a lane for all others, and the program. */
const MAX_LANES = 14

const counts = Array.from({ length: MAX_LANES }, (_, i) => i + 1)
const gaps = Array.from({ length: 6 }, (_, i) => i)
const crowded = counts.filter((count) => count > 5).map((count) => `.count${count}`)

const PEERS = [
  ['#1d5cb8', '#84b6ff'],
  ['#0a7263', '#55d0bb'],
  ['#7639ad', '#cba2f4'],
  ['#85560a', '#e4b65c'],
  ['#ab216b', '#f693c4'],
  ['#48661f', '#abd072'],
]

/** The style of the wire page. */
export const WIRE_STYLE = `
${PEERS.map(([light, dark], i) => `.peer${i} { color: light-dark(${light}, ${dark}); }`).join('\n')}
.own { color: var(--ink); }
.signs { position: absolute; }

header { padding-bottom: 1.75rem; }
h1 { font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; margin: 0.15rem 0 0.5rem; }
.verdict { font-size: 1.15rem; font-weight: 600; }
.verdict.pass { color: var(--pass); }
.verdict.fail, .verdict.error { color: var(--fail); }
.verdict span { font-weight: 400; color: var(--ink); }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; margin-top: 0.75rem; color: var(--dim); font-size: 0.9rem; }
.facts div { display: flex; gap: 0.5em; }
.facts dd { color: var(--ink); }

.test { border-top: 1px solid var(--rule); }
main > :last-child { border-bottom: 1px solid var(--rule); }
.test > summary { display: flex; gap: 1rem; align-items: baseline; padding: 0.7rem 0; cursor: pointer; list-style: none; }
.test > summary::-webkit-details-marker { display: none; }
.test > summary::before { content: ""; flex: none; width: 0.45rem; height: 0.45rem; border: solid var(--dim); border-width: 0 2px 2px 0; transform: rotate(-45deg); align-self: center; }
.test[open] > summary::before { transform: rotate(45deg); }
.test > summary:hover .title { text-decoration: underline; text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
h2 { font-size: 1rem; font-weight: 500; }
.test h2 { display: flex; gap: 1rem; flex: 1; }
.test[open] h2 .title { font-weight: 650; }
.state { flex: none; width: 4.2rem; font-weight: 650; }
.pass .state { color: var(--pass); font-weight: 500; }
.fail .state, .error .state { color: var(--fail); }
.extent { color: var(--dim); font-size: 0.87rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.test[open] { padding-bottom: 2.5rem; }

.message { border-left: 3px solid var(--fail); background: var(--fail-wash); padding: 0.9rem 1.2rem; margin: 0.25rem 0 1.75rem; overflow-wrap: anywhere; }
.message > p:first-child { font-size: 1.08rem; }
.cause, .jump, .evidence { margin-top: 0.8rem; }
.evidence figcaption { margin-bottom: 0.4rem; font-size: 0.87rem; color: var(--dim); }
.evidence table { border-collapse: collapse; font-family: var(--mono); font-size: 0.85rem; }
.evidence tbody + tbody::before { content: ""; display: block; height: 0.6rem; }
.evidence th { font: 0.85rem var(--sans); color: var(--dim); text-align: left; padding-right: 0.9rem; }
.evidence td { padding: 0.1rem 0.32rem; text-align: center; min-width: 1.9rem; line-height: 1.25; }
.evidence td small { display: block; font-size: 0.85em; color: var(--dim); min-height: 1.25em; white-space: pre; }
.evidence td.other { background: color-mix(in srgb, var(--fail) 14%, transparent); }
.evidence td.first { background: var(--fail); color: var(--paper); font-weight: 700; }
.evidence td.first small { color: inherit; }
.fields caption { text-align: left; margin-bottom: 0.4rem; font-size: 0.87rem; color: var(--dim); }
.fields { margin-top: 0.8rem; border-collapse: collapse; font-family: var(--mono); font-size: 0.85rem; }
.fields th, .fields td { padding: 0.1rem 0.9rem 0.1rem 0; text-align: left; vertical-align: top; font-weight: 400; }
.fields tr.wrong { color: var(--fail); font-weight: 700; }
.fields tr.wrong th { font-weight: 700; }
.messages { margin: 0.1rem 0; padding: 0; list-style: none; font-family: var(--mono); font-size: 0.85rem; overflow-wrap: anywhere; }
.messages li::before { content: "= "; color: var(--dim); }
.compile pre { margin-top: 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.compile mark { background: none; color: var(--fail); font-weight: 700; }

.strip { display: flex; gap: 0.75rem; margin: 0 0 1.5rem; font-size: 11px; }
.strip svg { display: block; overflow: visible; }
.strip .names { flex: none; width: 5.5rem; }
.strip .names text { text-anchor: end; fill: currentColor; font-weight: 600; }
.strip .track { flex: 1; min-width: 0; }
.strip line { stroke: var(--rule); }
.strip .tick { stroke-dasharray: 1 3; stroke: var(--dim); }
.strip text { text-anchor: middle; fill: var(--dim); font-variant-numeric: tabular-nums; }
.strip rect { fill: currentColor; }
.strip rect.wrong { fill: var(--fail); }

${counts.map((count) => `.count${count} { --wide: ${160 + 28 * count}px; --narrow: ${64 + 7 * count}px; }`).join('\n')}
.stage { --time: 4.2rem; --lanes: var(--wide); }
.cast { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--rule); height: 2rem; }
.cast .names { position: absolute; left: var(--time); width: var(--lanes); height: 100%; overflow: visible; }
.cast text { fill: currentColor; font-weight: 650; font-size: 13px; text-anchor: middle; transform: translateY(1.3rem); }
:is(${crowded}) .cast { height: 5rem; }
:is(${crowded}) .cast text { text-anchor: start; transform: translate(2px, 4.6rem) rotate(-48deg); }
.row { position: relative; display: grid; grid-template-columns: var(--time) var(--lanes) minmax(0, 1fr); padding-block: 3px; scroll-margin-top: 5rem; }
${gaps.map((gap) => `.gap${gap} { padding-top: ${3 + gap * STEP_PX}px; }`).join('\n')}
.at { text-align: right; padding-right: 1rem; color: var(--dim); font: 0.85rem/1.6rem var(--mono); font-variant-numeric: tabular-nums; }
.row svg.lanes { position: absolute; left: var(--time); top: 0; width: var(--lanes); height: 100%; overflow: hidden; }
.what { grid-column: 3; padding: 0 0.75rem 0 1.25rem; min-width: 0; display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 0.9rem; }
.what p { line-height: 1.6rem; }
.who { font-weight: 650; }
.size { font-variant-numeric: tabular-nums; }
.tag { border: 1px solid currentColor; border-radius: 3px; padding: 0 0.35em; font-size: 0.8rem; color: light-dark(#a34d00, #ffab66); }
.stream { color: var(--dim); font: 0.85rem var(--mono); }
.row em, .wait p { color: var(--dim); font-style: italic; }
.wait { padding-block: 0.6rem; }
.row.wrong { background: linear-gradient(to right, transparent, var(--fail-wash) 6rem); box-shadow: inset -3px 0 var(--fail); }
.row.wrong.end em { color: var(--fail); font-weight: 600; }
.row:target { outline: 2px solid var(--fail); outline-offset: -2px; }

.life { stroke: color-mix(in srgb, currentColor 60%, var(--paper)); stroke-width: 1.5; }
.life.open.own { stroke-width: 7; stroke: color-mix(in srgb, currentColor 17%, var(--paper)); }
.life.quiet, .life.half { stroke-dasharray: 2 4; }
.life.paused { stroke-width: 7; stroke-dasharray: 2 3; stroke: color-mix(in srgb, currentColor 45%, var(--paper)); }
.life.torn { stroke-dasharray: 1 7; stroke-linecap: round; stroke-width: 2; }
.shaft, .leader { stroke: currentColor; stroke-width: 1.5; }
.leader { stroke-dasharray: 1 4; stroke-linecap: round; }
.thin .shaft { stroke-width: 1; }
.medium .shaft { stroke-width: 2.25; }
.heavy .shaft { stroke-width: 3.25; }
.pieces .shaft { stroke-dasharray: 9 4; }
.broken .shaft { stroke-dasharray: 3 3; }
.filled { fill: currentColor; }
.hollow { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
.drawn { fill: none; stroke: currentColor; stroke-width: 2; }
.lanes text { fill: currentColor; font: 700 10px var(--sans); letter-spacing: 0.06em; text-anchor: middle; stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
.row.wrong .lanes g { color: var(--fail); }

.bytes { unicode-bidi: bidi-override; background: var(--raised); border-radius: 3px; padding: 0.1rem 0.45rem; white-space: pre-wrap; overflow-wrap: anywhere; overflow: hidden; max-width: 100%; }
.bytes b, .printed b { font-weight: 400; color: var(--dim); }
.bytes .gap { color: var(--dim); padding-inline: 0.4em; font-family: var(--sans); }
.bytes .cut { border-left: 2px solid light-dark(#c65d00, #ff9d4d); margin-inline: 2px; }
mark { background: var(--fail); color: var(--paper); border-radius: 2px; padding-inline: 1px; font-weight: 700; }
mark b { color: inherit !important; font-weight: inherit !important; }
.hex > summary, .output > summary { cursor: pointer; color: var(--dim); font-size: 0.85rem; width: fit-content; list-style: none; text-decoration: underline dotted; text-underline-offset: 0.25em; }
.hex > summary::-webkit-details-marker { display: none; }
.hex > summary:hover { color: var(--ink); }
.hex[open] { min-width: 0; max-width: 100%; }
.hex[open], .bytes.long, .what > .printed { flex: 0 0 100%; }
.bytes.long { padding: 0.4rem 0.8rem; margin-block: 0.2rem 0.4rem; font-size: 0.85rem; }
.dump, .printed { background: var(--raised); border-radius: 3px; padding: 0.6rem 0.8rem; margin: 0.3rem 0 0.5rem; font-size: 0.8rem; line-height: 1.45; overflow: auto; max-height: 26rem; }
.dump i { color: var(--dim); font-style: normal; }
.dump mark { padding-inline: 0; }
.printed { unicode-bidi: bidi-override; white-space: pre-wrap; overflow-wrap: anywhere; }
.cut-times { color: var(--dim); font-size: 0.85rem; }
.output { margin-top: 1rem; }

footer { display: grid; grid-template-columns: 3fr 2fr; gap: 2rem 3rem; margin-top: 3rem; color: var(--dim); font-size: 0.9rem; }
footer h2 { color: var(--ink); font-weight: 650; margin-bottom: 0.5rem; }
footer dl { margin-top: 0.75rem; }
footer dl div { display: flex; gap: 1rem; align-items: baseline; padding-block: 0.15rem; }
footer dt { flex: none; }
footer svg { display: block; position: relative; top: 6px; }
footer .keys dt { width: 3.2rem; }
footer label { display: inline-block; margin-top: 0.75rem; }
kbd { color: var(--ink); }
.keys { display: none; }
.scripted .keys { display: block; }

@media screen and (max-width: 44rem) {
  h1 { font-size: 1.5rem; }
  .stage { --time: 3.2rem; --lanes: var(--narrow); }
  .at { padding-right: 0.4rem; font-size: 0.75rem; }
  .what { padding-inline: 0.6rem 0.4rem; }
  .cast { height: 4.2rem; }
  .cast text { text-anchor: start; font-size: 12px; transform: translate(2px, 3.9rem) rotate(-48deg); }
  .lanes text { font-size: 8px; }
  .test > summary { flex-wrap: wrap; gap: 0.25rem 0.75rem; }
  .test h2 { flex-basis: 80%; gap: 0.75rem; }
  .state { width: auto; }
  .extent { padding-left: 1.2rem; }
  .evidence table { font-size: 0.62rem; }
  .evidence th { font-size: 0.7rem; padding-right: 0.3rem; }
  .evidence td { padding: 0.1rem 0; min-width: 1.05rem; }
  .message { padding: 0.75rem 0.8rem; }
  footer { grid-template-columns: 1fr; }
}
@media print {
  .stage { --lanes: calc((var(--wide) + var(--narrow)) / 2); }
  .cast { position: static; }
  .test, .row, .message, tbody { break-inside: avoid; }
  .test[open] { break-inside: auto; }
  .dump, .printed { max-height: none; white-space: pre-wrap; }
  .message, .row.wrong, mark, .evidence td, .bytes, .dump { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .hex:not([open]), .output:not([open]), .keys, .scripted .keys, .jump { display: none; }
}
`
