/** The URL of the server and the API key. */
export interface Server {
  url: string
  key: string
}

let server: Server | undefined

/** Sets the server for all following operations. */
export function connect({ url, key }: Server): void {
  server = { url: url.replace(/\/+$/, ''), key }
}

/** The response of an operation. */
type AnyResponse = { status: number; data: unknown }

/**
 * Returns the response if it succeeded. Throws an error with the problem's `detail` otherwise; its `cause` is the
 * problem.
 */
export function ok<Answer extends AnyResponse>(
  answer: Answer,
): Extract<Answer, { status: 200 | 201 | 202 | 204 | 207 }> {
  if (answer.status < 400) return answer as ReturnType<typeof ok<Answer>>
  const { detail = 'no problem document' } = answer.data as { detail?: string }
  throw new Error(`${answer.status}: ${detail}`, { cause: answer.data })
}

/** Returns the response of an operation that started a job. Throws when it failed or was a dry run. */
export function started<Answer extends AnyResponse>(answer: Answer): Extract<Answer, { status: 202 }> {
  const { status } = ok(answer)
  if (status === 202) return answer as ReturnType<typeof started<Answer>>
  throw new Error(`${status}: no job was started`)
}

/** Sends a request. Headers of the call override the defaults. */
export async function send<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  if (!server) throw new Error('Call connect() before the first operation.')
  const headers = new Headers(init.headers)
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${server.key}`)
  const answer = await fetch(server.url + path, { ...init, headers })
  return { status: answer.status, headers: answer.headers, data: await contentOf(answer) } as Answer
}

async function contentOf(answer: Response): Promise<unknown> {
  if ([204, 205, 304].includes(answer.status)) return undefined
  const type = answer.headers.get('content-type') ?? ''
  if (/[/+]json\b/.test(type)) return await answer.json()
  // A text with `content-disposition` is also a file.
  const isFile = answer.headers.has('content-disposition') || !type.startsWith('text/plain')
  return isFile ? await answer.blob() : await answer.text()
}

/** Returns the query string of parameters: conditions as `filter[field][operator]=value`, lists separated by commas. */
export function queryOf(parameters: object = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) write(name, value, query)
  return query.toString()
}

function write(name: string, value: unknown, query: URLSearchParams): void {
  if (value === undefined) return
  if (Array.isArray(value)) query.append(name, value.map((item) => quoted(String(item))).join(','))
  else if (typeof value !== 'object' || value === null) query.append(name, String(value))
  else for (const [key, inner] of Object.entries(value)) write(`${name}[${key}]`, inner, query)
}

/** Quotes a list item that is empty, contains a comma or a quote, or starts or ends with a space. */
function quoted(text: string): string {
  return /[",]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
