import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { recordChange } from '../audit/record.ts'
import type { Database } from '../database/connect.ts'
import { rowsOf, sendTogether, statementOf } from '../database/statement.ts'
import { inTransaction, type Transaction, type TransactionOptions } from '../database/transaction.ts'
import { invalid, Problem } from '../errors/problem.ts'
import { type AnswerBasis, basisOf, storedText, textOf } from './basis.ts'
import { nameOf, type RecordKey } from './purge-answers.ts'
import { open, seal } from './secrecy.ts'

/** The response of a write. */
export interface Answer {
  status: number
  headers?: Readonly<Record<string, string>>
  /** JSON text, or a document that the route's schema serializes. Omitted when the response has no body. */
  body?: string | object
  /** Records in the body. When one of them is purged, the stored response is deleted. */
  records?: readonly RecordKey[]
}

/** Options of a write. */
export interface OnceOptions extends Omit<TransactionOptions, 'dryRun'> {
  /** Identifies a body that is not JSON: the digest of a file with its metadata. */
  fingerprint?: string
  /** The response contains a secret. It is stored encrypted with the caller's API key. */
  isSecret?: boolean
}

/** How long a stored response is returned again. */
export const retention = '24 hours'

const header = 'idempotency-key'

/** Returns whether a write is a dry run, which is rolled back. */
export function isDryRun({ query }: FastifyRequest): boolean {
  return (query as { dryRun?: boolean }).dryRun === true
}

/** Returns the Location header of a created resource; empty for a dry run. */
export function locationOf(request: FastifyRequest, url: string): { location?: string } {
  return isDryRun(request) ? {} : { location: url }
}

/** The unique index of stored responses. The loser of a race for it retries and finds the stored response. */
export const answerIndex = 'idempotency_pkey'

/**
 * Performs a write in one transaction and sends its response. With an `Idempotency-Key` the same transaction stores the
 * response, and repeated requests get it without being performed again. With `dryRun` the transaction is rolled back.
 * Throws `idempotency_in_progress`, `idempotency_key_reused`, `answer_purged` or `answer_outdated`.
 */
export async function answerOnce(
  request: FastifyRequest,
  reply: FastifyReply,
  db: Database,
  work: (trx: Transaction) => Promise<Answer>,
  options: OnceOptions = {},
): Promise<never> {
  const retryOnUnique = [...(options.retryOnUnique ?? []), answerIndex]
  const answer = await inTransaction(db, (trx) => once(request, reply, trx, work, options), {
    ...options,
    retryOnUnique,
    dryRun: isDryRun(request),
  })
  return send(reply, answer)
}

/** A response with a serialized body. */
export type SerializedAnswer = Omit<Answer, 'body'> & { body: string | null }

/** Performs a write like `answerOnce`, in a transaction that the caller opens, and returns its response. */
export async function once(
  request: FastifyRequest,
  reply: FastifyReply,
  trx: Transaction,
  work: (trx: Transaction) => Promise<Answer>,
  options: Pick<OnceOptions, 'fingerprint' | 'isSecret'> = {},
): Promise<SerializedAnswer> {
  const key = keyOf(request)
  // A dry run is never stored, so it runs again each time.
  if (isDryRun(request)) return written(reply, await work(trx))
  if (key === undefined) return await recorded(trx, request, written(reply, await work(trx)))
  const print = fingerprintOf(request, options.fingerprint)
  const secret = options.isSecret ? request.headers.authorization : undefined
  const { userId } = request.access.caller
  const known = await find(trx, userId, key)
  if (known && known.fingerprint !== print) throw new Problem('idempotency_key_reused')
  if (known?.purged) throw new Problem('answer_purged')
  const basis = basisOf(request)
  // A response without a body shows nothing that rights or the model decide.
  if (known && known.body !== null && known.basis !== textOf(basis)) throw outdated(known)
  if (known) {
    const body = known.body !== null && secret ? open(known.body, secret) : known.body
    if (body === undefined) throw new Problem('idempotency_key_reused')
    return { ...known, body, headers: { ...known.headers, 'idempotency-replayed': 'true' } }
  }
  const answer = await recorded(trx, request, written(reply, await work(trx)))
  await keep(
    trx,
    { userId, key, print, basis },
    { ...answer, body: secret && answer.body ? seal(answer.body, secret) : answer.body },
  )
  return answer
}

/** Records a change of rights or settings in the audit log, and returns its response. */
async function recorded(
  trx: Transaction,
  request: FastifyRequest,
  answer: SerializedAnswer,
): Promise<SerializedAnswer> {
  await recordChange(trx, request, answer.headers?.location)
  return answer
}

/** Returns whether the transaction of a write ends with the write itself: no response is stored, nothing rolled back. */
export function endsWithWrite(request: FastifyRequest): boolean {
  return request.headers[header] === undefined && !isDryRun(request)
}

/** Sends a response. */
export function send(reply: FastifyReply, { status, headers = {}, body }: SerializedAnswer): never {
  reply.code(status).headers(headers)
  if (body !== null) reply.type('application/json; charset=utf-8')
  // An async handler returns the reply. The type `never` keeps the handler's type that of its schema.
  return reply.send(body ?? undefined) as never
}

function written(reply: FastifyReply, { body = '', ...answer }: Answer): SerializedAnswer {
  if (typeof body !== 'string') return { ...answer, body: String(reply.code(answer.status).serialize(body)) }
  return { ...answer, body: body || null }
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers[header]
  if (key === undefined) return
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key
  throw invalid([{ parameter: header, code: 'invalid_format', params: { format: '1–255 ASCII' } }])
}

function fingerprintOf(request: FastifyRequest, body = request.bodyDigest ?? ''): string {
  return createHash('sha256').update([request.method, request.url, body].join('\n')).digest('hex')
}

/** The request is not performed again, so the response says at least what it created. */
function outdated({ headers: { location } }: StoredResponse): Problem {
  return new Problem('answer_outdated', {}, { headers: location === undefined ? {} : { location } })
}

interface StoredResponse {
  fingerprint: string
  basis: string
  status: number
  headers: Record<string, string>
  body: string | null
  purged: boolean
}

/** Returns the stored response. Throws `idempotency_in_progress` when another transaction holds the lock of the key. */
async function find(trx: Transaction, userId: number, key: string): Promise<StoredResponse | undefined> {
  const query = sql<{ isFree: boolean; kept: StoredResponse | null }>`
    select pg_try_advisory_xact_lock(hashtextextended(${key}, ${userId})) as "isFree",
      (select json_build_object('fingerprint', fingerprint, 'basis', basis, 'status', status, 'headers', headers, 'body', body, 'purged', purged)
       from local.idempotency where user_id = ${userId} and key = ${key}
       and created_at > now() - ${sql.lit(retention)}::interval) as kept`
  const [row] = await rowsOf(trx, statementOf(query, { keep: { family: 'answered', version: 0 } }))
  const { isFree, kept } = row!
  if (kept) return kept
  if (!isFree) throw new Problem('idempotency_in_progress', {}, { headers: { 'retry-after': '1' } })
  return undefined
}

async function keep(
  trx: Transaction,
  { userId, key, print, basis }: { userId: number; key: string; print: string; basis: AnswerBasis },
  { status, headers = {}, body, records = [] }: SerializedAnswer,
): Promise<void> {
  // Replaces an expired response.
  const remove = sql`delete from local.idempotency where user_id = ${userId} and key = ${key}
    and created_at <= now() - ${sql.lit(retention)}::interval`
  const insert = sql`insert into local.idempotency (user_id, key, fingerprint, basis, status, headers, body, records)
    values (${userId}, ${key}, ${print}, ${storedText(basis)}, ${status}, ${JSON.stringify(headers)}, ${body}, ${records.map(nameOf)})`
  const keep = { family: 'answer', version: 0 }
  await sendTogether(trx, [statementOf(remove, { keep }), statementOf(insert, { keep })])
}
