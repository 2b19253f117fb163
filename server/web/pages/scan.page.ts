import type { PageContext } from '../context.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { codeForm } from '../parts.ts'

/** The camera scanner, with a photo and typing as ways that work everywhere. */
export function scanPage(page: PageContext): string {
  const t = page.texts.scan
  const body = html`<section class="intro"><h1>${t.title}</h1><p class="lead">${t.lead}</p>
<noscript><div class="note"><p>${t.noScript}</p></div></noscript>
<div data-scan hidden data-wasm="${page.assets.url('zxing_reader.wasm')}" data-start="${t.start}" data-stop="${t.stop}"
 data-looking="${t.looking}" data-no-camera="${t.noCamera}" data-no-code="${t.noCode}" data-not-item="${t.notItem}"
 data-loading="${t.loading}" data-failed="${t.failed}" data-found="${t.found}">
<div class="camera" hidden><video playsinline muted aria-label="${t.preview}"></video></div>
<p role="status"></p>
<p><button type="button" data-camera>${t.start}</button></p>
<p><label for="photo">${t.photo}</label><input id="photo" type="file" accept="image/*" data-photo></p>
</div></section>
<section><h2>${t.typed}</h2>${codeForm(page)}</section>`
  return layout(page, { title: t.title, body, islands: ['scan'] })
}
