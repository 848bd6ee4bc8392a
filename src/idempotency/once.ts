import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction, type TransactionOptions } from '../database/transaction.ts'
import { invalid, Problem } from '../errors/problem.ts'
import { nameOf, type RecordName } from './purge-answers.ts'
import { open, seal } from './secrecy.ts'

/** What a write is answered with. */
export interface Answer {
  status: number
  headers?: Readonly<Record<string, string>>
  /** JSON as it is sent, or a document that is written by the route's schema; nothing where there is nothing to say. */
  body?: string | object
  /** The records that the body shows: when one is purged, what is kept of the answer goes with it. */
  records?: readonly RecordName[]
}

/** How a write is kept. */
export interface OnceOptions extends Omit<TransactionOptions, 'dryRun'> {
  /** What the body is, where it is no JSON: the digest of a file, and what was said about it. */
  fingerprint?: string
  /** The answer holds a secret: only who has the caller's key can read what is kept of it. */
  isSecret?: boolean
}

/** For how long an answer is given again. */
export const keptFor = '24 hours'

const header = 'idempotency-key'
/** Whether a write is only tried: done, answered and taken back. */
export function isTried({ query }: FastifyRequest): boolean {
  return (query as { dryRun?: boolean }).dryRun === true
}

/** The header that says where what was created is: nowhere, where it is only tried. */
export function locationOf(request: FastifyRequest, url: string): { location?: string } {
  return isTried(request) ? {} : { location: url }
}

/** Unique key of kept answers: who loses a race for it finds the answer when it looks again. */
export const answerIndex = 'idempotency_pkey'

/**
 * Does a write in one transaction and sends its answer. With an `Idempotency-Key` the answer is kept in the same
 * transaction, and given again to who sends the same request again: however often it comes, it is done once. With
 * `dryRun` it is taken back.
 * Throws idempotency_in_progress, idempotency_key_reused, answer_purged.
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
    dryRun: isTried(request),
  })
  return send(reply, answer)
}

/** An answer as text. */
export type Written = Omit<Answer, 'body'> & { body: string | null }

/** The same for a write that opens its transaction itself. */
export async function once(
  request: FastifyRequest,
  reply: FastifyReply,
  trx: Transaction,
  work: (trx: Transaction) => Promise<Answer>,
  options: Pick<OnceOptions, 'fingerprint' | 'isSecret'> = {},
): Promise<Written> {
  const key = keyOf(request)
  // What is only tried is not done, so it is tried anew.
  if (key === undefined || isTried(request)) return written(reply, await work(trx))
  const print = fingerprintOf(request, options.fingerprint)
  const secret = options.isSecret ? request.headers.authorization : undefined
  const { userId } = request.access.caller
  const known = await find(trx, userId, key)
  if (known && known.fingerprint !== print) throw new Problem('idempotency_key_reused')
  if (known?.purged) throw new Problem('answer_purged')
  if (known) {
    const body = known.body !== null && secret ? open(known.body, secret) : known.body
    if (body === undefined) throw new Problem('idempotency_key_reused')
    return { ...known, body, headers: { ...known.headers, 'idempotency-replayed': 'true' } }
  }
  const answer = written(reply, await work(trx))
  await keep(
    trx,
    { userId, key, print },
    { ...answer, body: secret && answer.body ? seal(answer.body, secret) : answer.body },
  )
  return answer
}

/** Sends an answer. */
export function send(reply: FastifyReply, { status, headers = {}, body }: Written): never {
  reply.code(status).headers(headers)
  if (body !== null) reply.type('application/json; charset=utf-8')
  // The reply is what an async handler returns; that it says `never` lets the handler's type be that of its schema.
  return reply.send(body ?? undefined) as never
}

function written(reply: FastifyReply, { body = '', ...answer }: Answer): Written {
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

interface Kept {
  fingerprint: string
  status: number
  headers: Record<string, string>
  body: string | null
  purged: boolean
}

/** What was answered before. The lock tells whether somebody is at it right now. Throws idempotency_in_progress. */
async function find(trx: Transaction, userId: number, key: string): Promise<Kept | undefined> {
  const { rows } = await sql<{ isFree: boolean; kept: Kept | null }>`
    select pg_try_advisory_xact_lock(hashtextextended(${key}, ${userId})) as "isFree",
      (select json_build_object('fingerprint', fingerprint, 'status', status, 'headers', headers, 'body', body, 'purged', purged)
       from local.idempotency where user_id = ${userId} and key = ${key}
       and created_at > now() - ${sql.lit(keptFor)}::interval) as kept`.execute(trx)
  const { isFree, kept } = rows[0]!
  if (kept) return kept
  if (!isFree) throw new Problem('idempotency_in_progress', {}, { headers: { 'retry-after': '1' } })
  return undefined
}

async function keep(
  trx: Transaction,
  { userId, key, print }: { userId: number; key: string; print: string },
  { status, headers = {}, body, records = [] }: Written,
): Promise<void> {
  // One that is too old to be given again gives way.
  await sql`delete from local.idempotency where user_id = ${userId} and key = ${key}
    and created_at <= now() - ${sql.lit(keptFor)}::interval`.execute(trx)
  await trx
    .insertInto('local.idempotency')
    .values({
      ...{ user_id: userId, key, fingerprint: print, status, headers: JSON.stringify(headers), body },
      records: records.map(nameOf),
    })
    .execute()
}
