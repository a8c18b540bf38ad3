/** The style of the certificate: a sheet of A4, on the screen as well. */
export const CERTIFICATE_STYLE = `
.signs { position: absolute; }
.sheet { max-width: 50rem; margin: 0 auto; text-align: center; }
.emblem { display: block; margin: 0 auto 1.5rem; overflow: visible; color: light-dark(#1d5cb8, #84b6ff); }
.emblem .life-lines { stroke: var(--ink); stroke-width: 1.5; }
.emblem .life-lines line + line { stroke-width: 6; opacity: 0.25; }
.shaft { stroke: currentColor; stroke-width: 1.5; }
.filled { fill: currentColor; }
.hollow { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
.drawn { fill: none; stroke: currentColor; stroke-width: 2; }
h1 { font-size: 2.2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; margin: 0.3rem 0 2.2rem; }
.name { display: flex; align-items: end; justify-content: center; width: fit-content; min-width: min(22rem, 100%); max-width: 100%; min-height: 2.6rem; margin: 0 auto 1rem; border-bottom: 1px solid var(--ink); }
.name b { font-size: 1.35rem; font-weight: 500; padding: 0 1rem 0.15rem; overflow-wrap: anywhere; }
.statement { max-width: 36rem; margin: 0 auto 2.2rem; font-size: 1.05rem; }
.parts { columns: 2; column-gap: 2.5rem; text-align: left; font-size: 0.85rem; }
table { width: 100%; border-collapse: collapse; break-inside: avoid; margin-bottom: 1.3rem; }
caption { text-align: left; font-weight: 650; padding-bottom: 0.15rem; }
th { font-weight: 400; color: var(--dim); font-size: 0.8em; text-align: left; }
tbody th { color: inherit; font-size: inherit; }
th, td { border-bottom: 1px solid var(--rule); padding: 0.14rem 0.3rem 0.14rem 0; vertical-align: top; }
.number { color: var(--dim); width: 1.8rem; font-variant-numeric: tabular-nums; }
.day { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.attempts { text-align: right; width: 3.6rem; padding-right: 0; font-variant-numeric: tabular-nums; }
.footing { margin-top: 1rem; color: var(--dim); font-size: 0.85rem; }
@media screen and (max-width: 44rem) { .parts { columns: 1; } h1 { font-size: 1.6rem; } }
@page { size: A4; margin: 16mm; }
@media print { html { font-size: 12.5px; } .sheet { max-width: none; } .name { min-height: 4rem; } }
`
