import { htmlEscape } from 'escape-goat'

/** HTML that may be put into a page as it is: made by `html`, or text of our own. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a page can be made from. Text is escaped; undefined is left out. */
export type Content = Html | string | number | undefined | readonly Content[]

/**
 * Makes HTML from a template. Values may stand between tags or in quoted attributes, and nowhere
 * else.
 */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)))
}

function render(content: Content): string {
  if (content === undefined) return ''
  if (content instanceof Html) return content.text
  return typeof content === 'object' ? content.map(render).join('') : htmlEscape(`${content}`)
}
