import type { AddressInfo } from 'node:net'
import type { JobApi } from '../../jobs.ts'
import type { Asked } from './requests.ts'

/** What a caller sees of a response, without what may differ: its trace, its time and the times of what it did. */
export interface Answer {
  status: number
  body: string
  headers: Record<string, string>
  /** The cursors in the body, which every world accepts. */
  tokens: string[]
}

/** Sends a request to a world, whose server listens. */
export async function answerTo(
  { app }: Pick<JobApi, 'app'>,
  key: string,
  asked: Asked,
  since: string,
): Promise<Answer> {
  const { port } = app.server.address() as AddressInfo
  const { method, url, payload, headers } = asked
  const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
    ...{ method, headers: { ...headers, authorization: `Bearer ${key}` } },
    ...(payload !== undefined && { body: payload }),
  })
  const raw = Buffer.from(await answer.arrayBuffer())
  const isText = /json|text/.test(answer.headers.get('content-type') ?? '')
  const body = isText ? timeless(raw.toString(), since) : raw.toString('latin1')
  const tokens = [...raw.toString().matchAll(/"(?:next|prev)":"([\w-]{40,})"/g)].map(([, cursor]) => cursor!)
  const seen = [...answer.headers].flatMap(([name, value]) => {
    if (unlike.has(name)) return []
    const text = timeless(value, since)
    if (name === 'server-timing') return [[name, text.replaceAll(/[\d.]+/g, '0')]]
    // A tag is a digest of the body, which contains the time of what was just done, and of the page in a cursor.
    return [[name, name === 'etag' && (body.includes(later) || tokens.length) ? text.replace(/[\w-]{12}"/, '"') : text]]
  })
  return { status: answer.status, body, headers: Object.fromEntries(seen), tokens }
}

const later = '(later)'

/** Headers that differ from one response to the next. */
const unlike = new Set(['x-trace-id', 'date', 'content-length', 'connection', 'keep-alive'])

/** Hides trace ids, keys, new ids, later times and speeds, and in cursors the time of the first page. */
function timeless(text: string, since: string): string {
  return text
    .replaceAll(/"traceId":"\w+"/g, '"traceId":"…"')
    .replaceAll(/kt_[\w-]+/g, 'kt_…')
    .replaceAll(/\b1000\d\d\b/g, '(new)')
    .replaceAll(/"(rate|etaSeconds)":[\d.]+/g, '"$1":0')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (instant) => (instant > since ? later : instant))
    .replaceAll(
      /(cursor=|"(?:next|prev|changedSince)":")([\w-]{40,})/g,
      (_, before, cursor) => `${before}${contentOf(cursor)}`,
    )
}

/** Returns the content of a cursor without its signature and its time. */
function contentOf(cursor: string): string {
  const content = Buffer.from(cursor, 'base64url').toString('latin1')
  // A place in the order of changes has numbers of transactions.
  if (content.includes('/changes"')) return '(place)'
  return content.slice(content.indexOf('{"type"')).replace(/"now":"[^"]*"/, '')
}
