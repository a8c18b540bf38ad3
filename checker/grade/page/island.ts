import { Html, html } from '../../pages/html.ts'

/** Data for the scripts of a page. No text in it can close the element that contains it. */
export function renderIsland(id: string, data: unknown): Html {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')
  return html`<script type="application/json" id="${id}">${new Html(json)}</script>`
}
