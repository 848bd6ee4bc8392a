import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Random, randomOf } from './random.ts'
import type { Servers } from './servers.ts'

/** One request. */
export interface Ask {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  headers?: Record<string, string>
  /** Which of the servers. Default: any. */
  server?: number
}

export interface Answer<T> {
  status: number
  headers: Headers
  text: string
  body: T
}

/** Sends requests to either server, and throws if the response is not an expected one. */
export interface Client {
  /**
   * An expected response is a status, with the problem code for 400 and above: `404 record_not_found`. Faults of user
   * fields, which are created and deleted meanwhile, are always named `userFields`.
   */
  send<T = Record<string, unknown>>(ask: Ask, ...expected: string[]): Promise<Answer<T>>
}

/** Number of calls of each operation, by its name in the API document. */
export type Called = Map<string, number>

interface Document {
  paths: Record<string, Record<string, { operationId: string; tags: string[] }>>
}
const document: Document = JSON.parse(readFileSync('openapi/openapi.json', 'utf8'))
/** Operations of the API document, with paths without parameters first. */
export const operations = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, tags }]) => ({
      ...{ path, method: method.toUpperCase(), operationId, tag: tags[0] },
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    })),
  )
  .sort((one, other) => one.path.split('{').length - other.path.split('{').length)

/** Creates a client whose choices of servers and keys follow from the seed. */
export function clientOf({ urls, key, logged }: Servers, name: string, seed: number, called: Called): Client {
  const random = randomOf(seed)
  let sent = 0
  return {
    async send<T>(ask: Ask, ...expected: string[]) {
      const operation = operationOf(ask)
      called.set(operation, (called.get(operation) ?? 0) + 1)
      const headers: Record<string, string> = { authorization: `Bearer ${key}`, ...ask.headers }
      // A temporary failure is retried with the same key, so that the request runs once.
      if (ask.method !== 'GET') headers['idempotency-key'] = `${name}-${sent++}`
      if (ask.body !== undefined && typeof ask.body !== 'string') headers['content-type'] ??= 'application/json'
      const body = typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body)
      const once = async () => {
        const url = urls[ask.server ?? random.below(2)] + ask.path
        const response = await fetch(url, { method: ask.method, headers, ...(body !== undefined && { body }) })
        return await read<T>(response)
      }
      const told = `${ask.method} ${ask.path} ${JSON.stringify(headers)} ${body?.slice(0, 4000) ?? ''}`
      const answer = await settled(once).catch((error: Error) => {
        throw new Error(`${told}\nwas not answered: ${error.message}\n${logged('').slice(-3).join('\n')}`)
      })
      const strange = [...new Set(outcomes(answer))].filter((outcome) => !expected.includes(outcome))
      if (strange.length) {
        const trace = (answer.body as { traceId?: string } | null)?.traceId
        const log = trace ? logged(trace).join('\n') : ''
        throw new Error(`${told}\nanswered ${answer.status} (${strange}): ${answer.text.slice(0, 4000)}\n${log}`)
      }
      if (isReplayed(answer, ask, random)) await checkReplay(answer, await settled(once), told)
      return answer
    },
  }
}

/** Retries responses with 503 and `Retry-After` for half a minute. */
async function settled<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const until = Date.now() + 30_000
  for (;;) {
    const answer = await send()
    const after = answer.status === 503 ? answer.headers.get('retry-after') : null
    const isRunning = answer.text.includes('"idempotency_in_progress"')
    if ((after === null && !isRunning) || Date.now() > until) return answer
    await pause(Number(after ?? 1) * 1000)
  }
}

/** Repeats one of twenty creations with the same key. */
function isReplayed({ status }: Answer<unknown>, { method, path }: Ask, random: Random): boolean {
  return method === 'POST' && status === 201 && !path.includes('dryRun') && random.chance(0.05)
}

function checkReplay(first: Answer<unknown>, again: Answer<unknown>, told: string): void {
  const isSame = again.status === first.status && again.text === first.text
  if (isSame && again.headers.get('idempotency-replayed') === 'true') return
  // The model was changed in between, so the response may not be shown again.
  if (again.status === 409 && (again.body as Problem).code === 'answer_outdated') return
  throw new Error(`${told}\nanswered ${first.text}\nand, replayed, ${again.status} ${again.text}`)
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
}

interface Problem {
  code: string
  errors?: { code: string }[]
  results?: { status: number; problem?: Problem }[]
}

/** Returns the outcome of a response, and of each batch operation that failed for its own reason. */
function outcomes({ status, body }: Pick<Answer<unknown>, 'status' | 'body'>): string[] {
  const { code, errors = [], results = [] } = (body ?? {}) as Problem
  const refused = results.flatMap(({ status: of, problem }) =>
    problem && of !== 424 ? outcomes({ status: of, body: problem }) : [],
  )
  if (status < 400) return [String(status), ...refused]
  if (!errors.length) return [`${status} ${code}`, ...refused]
  return errors.map((fault) => {
    return `${status} ${/userFields|\bv\d_\d\b/.test(JSON.stringify(fault)) ? 'userFields' : fault.code}`
  })
}

function operationOf({ method, path }: Ask): string {
  const [plain = ''] = path.split('?')
  const found = operations.find((operation) => operation.method === method && operation.pattern.test(plain))
  if (!found) throw new Error(`The API document has no ${method} ${plain}`)
  return found.operationId
}
