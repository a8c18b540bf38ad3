import { html } from './html.ts'

test('escapes text in every place that a template may put it', () => {
  const text = `<script>"'&`

  expect(html`<p title="${text}">${text}</p>`.text).toBe(
    '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
  )
})

test('leaves HTML that was made by a template as it is, also in lists', () => {
  const items = ['<a>', '<b>'].map((text) => html`<li>${text}</li>`)

  expect(html`<ol>${items}${undefined}${3}</ol>`.text).toBe('<ol><li>&lt;a&gt;</li><li>&lt;b&gt;</li>3</ol>')
})
