import { csvLines } from '../src/csv/write.ts'

/** A record of the demo: the columns of a file in raw mode and their values. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: number }

/** The server that is filled. */
export interface Server {
  /** Sends a request and returns the response. Throws if it fails. */
  send<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object): Promise<T>
  /** Imports records with their ids and the times when they were created, moved and closed. */
  importRows(path: string, rows: readonly Row[]): Promise<void>
}

interface Job {
  status: string
  result: { created: number; warnings: number }
  links: { self: string; errors: string }
}

/** Returns the server at a URL, which is asked with a key. */
export function serverAt(url: string, key: string): Server {
  const ask = async (method: string, path: string, { type, text }: { type: string; text?: string | undefined }) => {
    const headers = { authorization: `Bearer ${key}`, ...(text !== undefined && { 'content-type': type }) }
    const request = { method, headers, ...(text !== undefined && { body: text }) }
    const answer = await fetch(new URL(path, url), request).catch((cause: unknown) => {
      throw new Error(`There is no server at ${url}.`, { cause })
    })
    const body = await answer.text()
    if (!answer.ok && answer.status !== 207) throw new Error(`${method} ${path}: ${answer.status} ${body}`)
    return JSON.parse(body)
  }
  const send: Server['send'] = (method, path, body) =>
    ask(method, path, { type: 'application/json', text: body && JSON.stringify(body) })
  return {
    send,
    async importRows(path, rows) {
      let job: Job = await ask('POST', `${path}/import?keep=ids`, { type: 'text/csv', text: fileOf(rows) })
      while (['queued', 'running'].includes(job.status)) job = await send('GET', `${job.links.self}?wait=30`)
      if (job.status === 'completed') return
      const errors = await send('GET', job.links.errors)
      throw new Error(`The import into ${path} ended as ${job.status}: ${JSON.stringify(errors)}`)
    },
  }
}

function fileOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return csvLines([columns, ...rows.map((row) => columns.map((column) => cellOf(row[column])))], { delimiter: ',' })
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
