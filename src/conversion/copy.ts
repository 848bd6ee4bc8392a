import { carryAttachments } from '../attachments/carry.ts'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { isReference } from '../fields/kinds/kinds.ts'
import { isObject } from '../fields/value.ts'
import { recordNotFound } from '../records/list/read-record.ts'
import { recordMerged, survivorsOf } from '../records/query/merged-records.ts'
import { createDrafts, draftRecords } from '../records/write/create.ts'
import type { Outcome, WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { readBodies } from './begin.ts'
import { type Body, carry, overridden, shownRecords } from './carry.ts'
import { copiedPairs } from './field-map.ts'
import { pairsTo } from './stored-map.ts'

/** What to copy a record to: the type of the new record, and values that replace those of the source. */
export interface CopyRequest {
  type: string
  data: Body
}

const names = ['type', 'data']

/** Reads the request to copy a record of a type. Throws every fault. */
export function readCopy(body: unknown, type: EntityType, types: ReadonlyMap<string, EntityType>): CopyRequest {
  if (!isObject(body)) throw invalid([{ pointer: '', code: 'invalid_type', params: { expected: 'object' } }])
  const { type: code = type.code, data = {}, ...others } = body
  const faults = Object.keys(others).map((name): Fault => {
    const hint = nearest(name, names)
    return { pointer: pointerOf([name]), code: 'unknown_field', ...(hint && { hint }) }
  })
  const allowed = [...types.values()].filter((to) => to.code === type.code || linkBack(to, type)).map((to) => to.code)
  if (typeof code !== 'string') faults.push({ pointer: '/type', code: 'invalid_type', params: { expected: 'string' } })
  else if (!types.has(code)) {
    const hint = nearest(code, allowed)
    faults.push({ pointer: '/type', code: 'unknown_type', params: { name: code }, allowed, ...(hint && { hint }) })
  } else if (!allowed.includes(code)) {
    faults.push({ pointer: '/type', code: 'not_copied_to', params: { type: type.code, to: code }, allowed })
  }
  if (!isObject(data)) faults.push({ pointer: '/data', code: 'invalid_type', params: { expected: 'object' } })
  if (faults.length) throw invalid(faults)
  return { type: String(code), data: data as Body }
}

/** Returns the field of a type that holds the record of another from which a record was made. */
export function linkBack(to: Pick<EntityType, 'fields'>, { code }: Pick<EntityType, 'code'>): Field | undefined {
  return to.fields.find((field) => isReference(field) && field.settings.type === code && !field.settings.default)
}

/**
 * Creates a record from another: one of the same type with the same values, or one of a type that refers to the source,
 * with the values that both have. Throws `record_not_found`.
 */
export async function copyRecord(
  trx: Transaction,
  { source, writing }: { source: Grant; writing: WriteContext },
  { id, data }: { id: number; data: Body },
): Promise<Outcome> {
  const body = (await readBodies(trx, source, [id])).get(id)
  if (!body) {
    const survivor = (await survivorsOf(trx, source, [id])).get(id)
    throw survivor === undefined ? recordNotFound(source, id) : recordMerged(source, id, survivor)
  }
  const { grant } = writing
  const isSame = source.type.code === grant.type.code
  const pairs = isSame ? copiedPairs(source.type) : (await pairsTo(trx, source.type, [grant.type])).get(grant.type.code)
  const carried = carry(body, { from: source, to: grant, pairs: pairs ?? [], withEmpty: isSame })
  const [draft] = await draftRecords(grant, [overridden(carried, data)], () => writing.context)
  if (!draft) throw new Error('no draft')
  const back = isSame ? undefined : linkBack(grant.type, source.type)
  if (back && !Object.hasOwn(data, back.code)) draft.after.set(back.key, id)
  const known = shownRecords(body, source)
  known.set(source.type.code, (known.get(source.type.code) ?? new Set()).add(id))
  const [outcome] = await createDrafts(trx, { ...writing, known }, [draft])
  if (!outcome) throw new Error('no outcome')
  if (!('problem' in outcome)) await carryAttachments(trx, source, writing, [{ from: id, to: outcome.id }])
  return outcome
}
