import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import { type Fault, Problem } from '../../errors/problem.ts'
import { isObject } from '../../fields/value.ts'
import { digestOf, tagsOf } from '../../http/entity-tags.ts'
import type { Grant } from '../../rights/grant.ts'

/** The versions of a record that its writer has seen; any, where only its existence matters. */
export type Precondition = { versions: readonly number[] } | 'any'

/** The strong entity tag of a record: its version, and a digest of what this caller sees of it. */
export function etagOf(version: number, body: string): string {
  return `"${version}-${digestOf(body)}"`
}

/**
 * Reads `If-Match` or its like; only the version of a tag counts. RFC 9110 compares strongly here, so that a weak tag
 * would match nothing. Proxies that compress an answer make its tag weak, and the version in it is as exact as before:
 * weak tags are read like strong ones. Throws malformed_request for what is no list of tags.
 */
export function readIfMatch(
  header: string | undefined,
  at: Pick<Fault, 'parameter' | 'pointer'> = { parameter: 'if-match' },
): Precondition | undefined {
  if (header === undefined) return
  if (header.trim() === '*') return 'any'
  // A tag that no record ever had matches nothing.
  const versions = tagsOf(header, at).flatMap((tag) => {
    const version = /^(\d{1,9})(?:-[\w-]+)?$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
  return { versions }
}

/** The condition of a change, which the settings may demand. Throws precondition_required. */
export function demanded({ headers, access }: FastifyRequest): Precondition | undefined {
  const given = readIfMatch(headers['if-match'])
  if (given !== undefined || !access.catalogue.lookups.settings.requireIfMatch) return given
  throw new Problem('precondition_required')
}

/** An item of a list with the condition on which it may be written. */
interface Conditional {
  id: number
  input?: unknown
  ifMatch?: Precondition | undefined
}

/** The refusals of those items whose record is at another version than their writer has seen; the records are locked. */
export async function unmet(
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

/** The readable fields of records that changed since a version, by their history. */
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
