import type { EntityType } from '../entities/catalogue.ts'
import { type ExternalId, readExternalId } from '../fields/link-kinds.ts'
import { pointerOf } from '../fields/value.ts'
import { nearest } from '../http/nearest.ts'
import { type Fault, invalid, Problem } from '../http/problem.ts'
import type { Access } from '../rights/access.ts'
import {
  type BatchOperation,
  pointingFields,
  type Referring,
  referenceFaults,
  referencesIn,
} from './batch-references.ts'
import { keyText } from './external.ts'
import { namedIds } from './named-ids.ts'
import { type Precondition, readIfMatch } from './precondition.ts'
import type { Claim } from './waves.ts'

/** An operation that was understood, and what it concerns. */
export interface PlannedOperation extends Referring {
  external: ExternalId | undefined
  ifMatch: Precondition | undefined
  claims: readonly Claim[]
}

/** Understands the operations of a batch, of one type where that is given. Throws all that is wrong with their form. */
export function readBatch(
  access: Access,
  operations: readonly BatchOperation[],
  onlyType: string | undefined,
): PlannedOperation[] {
  const faults: Fault[] = []
  const all = operations.map((operation, index): Omit<PlannedOperation, 'claims'> | undefined => {
    const at = (key: string) => pointerOf(['operations', index, key])
    faults.push(...formFaults(operation, at))
    const type = typeOf(access, operation, onlyType, at('type'), faults)
    if (!type) return undefined
    const field = type.fields.find(({ kind }) => kind === 'externalIds')!
    const place = { field, context: access.context(), pointer: at('external'), faults }
    return {
      ...{ operation, type, references: referencesIn(operation, type) },
      external: operation.external && readExternalId(operation.external, place),
      ifMatch: preconditionOf(operation, at('ifMatch'), faults),
    }
  })
  faults.push(...referenceFaults(all))
  if (faults.length) throw invalid(faults)
  return all.flatMap((one) => (one ? [{ ...one, claims: claimsOf(one) }] : []))
}

/** A version, or an entity tag as `If-Match` has it. */
function preconditionOf({ ifMatch }: BatchOperation, pointer: string, faults: Fault[]): Precondition | undefined {
  if (typeof ifMatch === 'number') return [ifMatch]
  try {
    return readIfMatch(ifMatch, { pointer })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    faults.push(...error.faults)
    return
  }
}

function typeOf(
  { catalogue }: Access,
  { type: named }: BatchOperation,
  only: string | undefined,
  pointer: string,
  faults: Fault[],
) {
  const code = named ?? only
  const allowed = only === undefined ? [...catalogue.types.keys()] : [only]
  if (code !== undefined && allowed.includes(code)) return catalogue.types.get(code)
  const hint = code === undefined ? undefined : nearest(code, allowed)
  faults.push(
    code === undefined
      ? { pointer, code: 'required' }
      : { pointer, code: 'unknown_type', params: { name: code }, allowed, ...(hint && { hint }) },
  )
  return
}

/** Which of `id`, `external`, `ifMatch` and `data` an operation needs, and which it may not have. */
function formFaults({ op, id, external, ifMatch, data }: BatchOperation, at: (key: string) => string): Fault[] {
  const given = { id, external, ifMatch, data }
  const forbidden = { create: ['id', 'external', 'ifMatch'], update: [], upsert: ['id'], delete: ['data'] }[op]
  const required = { create: ['data'], update: ['data'], upsert: ['external', 'data'], delete: [] }[op]
  const isAimless = (op === 'update' || op === 'delete') && id === undefined && external === undefined
  const isAmbiguous = op !== 'upsert' && op !== 'create' && id !== undefined && external !== undefined
  const has = (name: string) => given[name as keyof typeof given] !== undefined
  return [
    ...forbidden.filter(has).map((name): Fault => ({ pointer: at(name), code: 'not_allowed_here' })),
    ...required.filter((name) => !has(name)).map((name): Fault => ({ pointer: at(name), code: 'required' })),
    ...(isAimless ? [{ pointer: at('id'), code: 'required' } as const] : []),
    ...(isAmbiguous ? [{ pointer: at('external'), code: 'not_allowed_here' } as const] : []),
  ]
}

/**
 * What an operation concerns: its own record in a way that tolerates nobody else; the records that it links, of which
 * others may be linked at the same time; the names it gives and uses; and the keys of its type, by which some operations
 * find their records, and which others take or set free.
 */
function claimsOf({ operation, type, references, external }: Omit<PlannedOperation, 'claims'>): Claim[] {
  const { op, id, as, data } = operation
  const own = typeof id === 'number' ? [{ key: `${type.code} ${id}`, mode: null }] : []
  const held = external ? [{ key: `${type.code} ${keyText(external)}`, mode: null }] : []
  const names = references.map(({ name, at }) => ({ key: `as ${name}`, mode: at[0] === 'id' ? null : 'uses' }))
  const named = as === undefined ? [] : [{ key: `as ${as}`, mode: 'names' }]
  const changesKeys = op === 'delete' || (data !== undefined && 'externalIds' in data)
  const keys = changesKeys || external ? [{ key: `${type.code} keys`, mode: changesKeys ? op : 'finds' }] : []
  return [...own, ...held, ...named, ...names, ...keys, ...linkClaims(operation, type)]
}

function linkClaims({ data = {} }: BatchOperation, type: EntityType): Claim[] {
  return pointingFields(type, data).flatMap(({ code, settings }) =>
    namedIds(data[code]).flatMap(({ id }) =>
      typeof id === 'number' ? [{ key: `${settings.type} ${id}`, mode: 'links' }] : [],
    ),
  )
}
