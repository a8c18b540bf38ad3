import { createHash } from 'node:crypto'
import { Html, html } from './html.ts'
import { PAGE_STYLE } from './page-style.ts'

/** A self-contained page: one file, no network. */
export interface Page {
  title: string
  /** CSS in addition to that of all pages. */
  style: string
  /** Run in turn when the page has been parsed. Each must use nothing from outside itself. */
  scripts?: readonly (() => void)[]
  /** Allows its frames to show pages in the same folder. */
  frames?: boolean
  body: Html
}

/**
 * The page as text. Its policy allows exactly this style and these scripts, by their hashes, and
 * nothing else.
 */
export function renderPage({ title, style, scripts = [], frames = false, body }: Page): string {
  const css = `${PAGE_STYLE}${style}`
  const code = scripts.map((script) => `(${script})()`).join(';\n')
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(css)}'`,
    ...(code ? [`script-src '${hashOf(code)}'`] : []),
    ...(frames ? ["frame-src 'self' file:"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return html`${DOCTYPE}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(css)}</style>
</head>
<body>
${body}
${code ? html`<script>${new Html(code)}</script>` : undefined}
</body>
</html>
`.text
}

const DOCTYPE = new Html('<!doctype html>')

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
