import type { AssetUrls, PageContext } from '../context.ts'
import { contextOf, href } from '../context.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import type { Texts } from '../texts/index.ts'
import { loginPage } from './login.page.ts'

export type ShownProblem = { readonly status: number; readonly title: string; readonly detail: string }

/** HTML for problems, for the edge. A desk that is asked for without a session shows the log-in. */
export function errorPages(assets: AssetUrls): (problem: ShownProblem, language: string) => string {
  return (problem, language) => {
    const page = contextOf({ request: { language } }, assets)
    return problem.status === 401 ? loginPage(page, { wrong: false }) : errorPage(page, problem)
  }
}

export function errorPage(page: PageContext, problem: ShownProblem): string {
  const [title = problem.title, text = ''] = wordsOf(page.texts, problem.status)
  const own = problem.status >= 500
  const body = html`<section class="intro"><p class="over">${problem.status}</p><h1>${title}</h1><p class="lead">${text}</p>
<div class="note"><p><b>${page.texts.error.says}:</b> <span${!own && html` lang="en"`}>${problem.detail}</span></p></div>
<p><a class="button quiet" href="${href(page, '/')}">${page.texts.error.home}</a></p>
${problem.status === 403 && html`<p><a href="${href(page, '/login')}">${page.texts.error.logIn}</a></p>`}</section>`
  return layout(page, { title, body })
}

/** Words for the status; a status without its own is told by its class. */
function wordsOf({ errors }: Texts, status: number): readonly string[] {
  const table: Readonly<Record<number, readonly string[]>> = errors
  return table[status] ?? table[status >= 500 ? 500 : 400] ?? []
}
