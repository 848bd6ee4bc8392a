// For the word `hide` in a schema.
import type {} from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { faultCodes, problemCodes } from '../codes.ts'
import type { Labels } from './language.ts'

/** Serves `/docs/errors`, the page that explains every code. The `type` of a problem links to it. */
export function errorPages(app: FastifyInstance): void {
  const page = errorPage()
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type('text/html; charset=utf-8').header('cache-control', 'public, max-age=3600').send(page)
  })
}

function errorPage(): string {
  const problems = Object.entries(problemCodes)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, title, detail }]) => row(code, `<td>${status}</td>`, title, detail))
  const faults = Object.entries(faultCodes).map(([code, message]) => row(`fault-${code}`, '', message))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Errors / Ошибки</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #ddd; padding: .4rem .6rem; text-align: left; vertical-align: top }
tr:target { background: #fff3c4 }
</style>
</head>
<body>
<h1>Errors / Ошибки</h1>
<p>Every response with a status of 400 or more is <code>application/problem+json</code> and has one of these codes.</p>
<p lang="ru">Каждый ответ со статусом 400 и выше имеет тип <code>application/problem+json</code> и содержит один из этих кодов.</p>
<table>
<thead><tr><th>code</th><th>status</th><th>English</th><th>По-русски</th></tr></thead>
<tbody>
${problems.join('\n')}
</tbody>
</table>
<h2 id="faults">Faults in <code>errors</code> / Ошибки в <code>errors</code></h2>
<table>
<thead><tr><th>code</th><th>English</th><th>По-русски</th></tr></thead>
<tbody>
${faults.join('\n')}
</tbody>
</table>
</body>
</html>
`
}

// A problem and a fault may have the same code, so the anchors of faults have a prefix.
function row(anchor: string, status: string, ...texts: Labels[]): string {
  const [en, ru] = (['en', 'ru'] as const).map((language) =>
    texts.map((text) => escapeHtml(text[language])).join('<br>'),
  )
  const code = anchor.replace(/^fault-/, '')
  return `<tr id="${anchor}"><td><code>${code}</code></td>${status}<td>${en}</td><td lang="ru">${ru}</td></tr>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
