import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import { type Fault, Problem } from '../../errors/problem.ts'
import { isObject } from '../../fields/value.ts'
import { tagsOf } from '../../http/entity-tags.ts'
import type { Grant } from '../../rights/grant.ts'

/** The versions that a record may have, or `any` if it only has to exist. */
export type Precondition = { versions: readonly number[] } | 'any'

/**
 * Reads `If-Match` or the same value in a body. Only the version in an ETag is compared. Under RFC 9110 a weak ETag
 * never matches here. But proxies that compress a response weaken its ETag, and the version in it stays exact. So weak
 * ETags are read like strong ones. Throws `malformed_request` when the value is not a list of ETags.
 */
export function readIfMatch(
  header: string | undefined,
  at: Pick<Fault, 'parameter' | 'pointer'> = { parameter: 'if-match' },
): Precondition | undefined {
  if (header === undefined) return
  const tags = tagsOf(header, at)
  if (tags === 'any') return 'any'
  // An ETag in another format matches no version.
  const versions = tags.flatMap((tag) => {
    const version = /^(\d{1,9})(?:-[\w-]+)?$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
  return { versions }
}

/** Reads the precondition of a change. Throws `precondition_required` when the settings require one that is missing. */
export function readPrecondition({ headers, access }: FastifyRequest): Precondition | undefined {
  const given = readIfMatch(headers['if-match'])
  if (given !== undefined || !access.catalogue.lookups.settings.requireIfMatch) return given
  throw new Problem('precondition_required')
}

/** Throws `precondition_failed`, with the names of what was to be changed, unless the version meets the precondition. */
export function requireVersion(version: number, ifMatch: Precondition = 'any', fields: readonly string[] = []): void {
  if (ifMatch === 'any' || ifMatch.versions.includes(version)) return
  throw new Problem('precondition_failed', { version }, { extra: { version, fields } })
}

/** An item of a list with its precondition. */
interface Conditional {
  id: number
  input?: unknown
  ifMatch?: Precondition | undefined
}

/** Returns the problems of items whose locked record has a different version than the precondition requires, by id. */
export async function preconditionProblems(
  trx: Transaction,
  grant: Grant,
  items: readonly Conditional[],
  versions: ReadonlyMap<number, number>,
): Promise<Map<number, Problem>> {
  const clashing = items.flatMap(({ id, input, ifMatch = 'any' }) => {
    const version = versions.get(id)
    if (version === undefined || ifMatch === 'any' || ifMatch.versions.includes(version)) return []
    const since = Math.max(0, ...ifMatch.versions.filter((seen) => seen < version))
    return [{ id, input, version, since }]
  })
  if (!clashing.length) return new Map()
  const changed = await changedSince(trx, grant, clashing)
  return new Map(
    clashing.map(({ id, version, input }) => {
      const fields = (changed.get(id) ?? []).filter((path) => isNamed(path, input))
      return [id, new Problem('precondition_failed', { version }, { extra: { version, fields } })]
    }),
  )
}

/** Reads from the history which readable fields changed after a version, by record id. */
async function changedSince(
  trx: Transaction,
  { type, readable }: Grant,
  records: readonly { id: number; since: number }[],
): Promise<Map<number, string[]>> {
  const { rows } = await sql<{ id: number; keys: string[] }>`
    select v.id, array(select distinct jsonb_object_keys(h.changes) from history h where h.type_id = ${type.id}
      and h.record_id = v.id and h.version > v.since and v.since > 0 and jsonb_typeof(h.changes) = 'object') as keys
    from json_to_recordset(${JSON.stringify(records)}) as v (id bigint, since integer)`.execute(trx)
  const fields = [...readable.values()]
  return new Map(
    rows.map(({ id, keys }) => [id, fields.filter(({ key }) => keys.includes(key)).map(({ path }) => path)]),
  )
}

function isNamed(path: string, input: unknown): boolean {
  const [code = '', own = ''] = path.split('.')
  if (!isObject(input)) return true
  if (code !== 'userFields') return Object.hasOwn(input, code)
  return isObject(input.userFields) && Object.hasOwn(input.userFields, own)
}
