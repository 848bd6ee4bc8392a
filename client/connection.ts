/** Where the server is and who calls. */
export interface Server {
  url: string
  key: string
}

let server: Server | undefined

/** Says where operations go from now on. */
export function connect({ url, key }: Server): void {
  server = { url: url.replace(/\/+$/, ''), key }
}

/** What every operation answers. */
type Answered = { status: number; data: unknown }

/** The answer of an operation if it succeeded. Throws what its problem says, with the problem as the cause. */
export function ok<Answer extends Answered>(answer: Answer): Extract<Answer, { status: 200 | 201 | 202 | 204 | 207 }> {
  if (answer.status < 400) return answer as ReturnType<typeof ok<Answer>>
  const { detail = 'no problem document' } = answer.data as { detail?: string }
  throw new Error(`${answer.status}: ${detail}`, { cause: answer.data })
}

/** The same of an operation that starts a job, unless it was only tried. */
export function started<Answer extends Answered>(answer: Answer): Extract<Answer, { status: 202 }> {
  const { status } = ok(answer)
  if (status === 202) return answer as ReturnType<typeof started<Answer>>
  throw new Error(`${status}: no job was started`)
}

/** Sends the request of an operation; what is given for one call goes before what is given for all. */
export async function send<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  if (!server) throw new Error('Before the first operation, connect() has to say where it goes.')
  const headers = new Headers(init.headers)
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${server.key}`)
  const answer = await fetch(server.url + path, { ...init, headers })
  return { status: answer.status, headers: answer.headers, data: await contentOf(answer) } as Answer
}

async function contentOf(answer: Response): Promise<unknown> {
  if ([204, 205, 304].includes(answer.status)) return undefined
  const type = answer.headers.get('content-type') ?? ''
  if (/[/+]json\b/.test(type)) return await answer.json()
  // A file is one also where it is a text.
  const isFile = answer.headers.has('content-disposition') || !type.startsWith('text/plain')
  return isFile ? await answer.blob() : await answer.text()
}

/** The query string of parameters: conditions as `filter[field][operator]=value`, lists with commas. */
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

/** Quotes keep a comma inside one value, and blanks at its ends. */
function quoted(text: string): string {
  return /[",]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
