import { pointerOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, FaultList, invalid, maxFaults, Problem } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import { type ExternalId, readExternalId } from '../../fields/kinds/external-ids-kind.ts'
import { externalKeysIn } from '../../fields/kinds/kinds.ts'
import type { Access } from '../../rights/access.ts'
import { type Precondition, readIfMatch } from '../write/precondition.ts'
import { type BatchOperation, type OperationWithReferences, referenceFaults, referencesIn } from './batch-references.ts'

/** A parsed operation. */
export interface PlannedOperation extends OperationWithReferences {
  external: ExternalId | undefined
  ifMatch: Precondition | undefined
}

/** Parses the operations of a batch, all of `onlyType` if it is given. Throws every fault of their form. */
export function readBatch(
  access: Access,
  operations: readonly BatchOperation[],
  onlyType: string | undefined,
): PlannedOperation[] {
  const faults = new FaultList()
  const all = operations.map((operation, index): PlannedOperation | undefined => {
    const at = (key: string) => pointerOf(['operations', index, key])
    if (!faults.isFull) faults.push(...unknownKeys(operation, at), ...formFaults(operation, at))
    const type = typeOf(access, operation, onlyType, at('type'), faults)
    if (!type) return undefined
    const field = externalKeysIn(type.fields)
    const place = { field, context: access.context(), pointer: at('external'), faults }
    return {
      operation,
      type,
      references: referencesIn(operation, type),
      external: operation.external && readExternalId(operation.external, place),
      ifMatch: preconditionOf(operation, at('ifMatch'), faults),
    }
  })
  faults.push(...referenceFaults(all))
  if (faults.length) throw invalid(faults)
  return all.filter((one) => one !== undefined)
}

/** Reads `ifMatch`: a version, or an entity tag as in the header `If-Match`. */
function preconditionOf({ ifMatch }: BatchOperation, pointer: string, faults: Fault[]): Precondition | undefined {
  if (typeof ifMatch === 'number') return { versions: [ifMatch] }
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

const members = ['op', 'type', 'as', 'id', 'external', 'ifMatch', 'data']

function unknownKeys(operation: BatchOperation, at: (key: string) => string): Fault[] {
  const unknown = Object.keys(operation).filter((key) => !members.includes(key))
  return unknown
    .slice(0, maxFaults)
    .map((key) => unknownNameFault({ pointer: at(key) }, 'unknown_field', key, nearest(key, members)))
}

/** Returns the faults of missing and forbidden `id`, `external`, `ifMatch` and `data`. */
function formFaults({ op, id, external, ifMatch, data }: BatchOperation, at: (key: string) => string): Fault[] {
  const given = { id, external, ifMatch, data }
  const forbidden = { create: ['id', 'external', 'ifMatch'], update: [], upsert: ['id'], delete: ['data'] }[op]
  const required = { create: ['data'], update: ['data'], upsert: ['external', 'data'], delete: [] }[op]
  const hasNoTarget = (op === 'update' || op === 'delete') && id === undefined && external === undefined
  const isAmbiguous = op !== 'upsert' && op !== 'create' && id !== undefined && external !== undefined
  const has = (name: string) => given[name as keyof typeof given] !== undefined
  return [
    ...forbidden.filter(has).map((name): Fault => ({ pointer: at(name), code: 'not_allowed_here' })),
    ...required.filter((name) => !has(name)).map((name): Fault => ({ pointer: at(name), code: 'required' })),
    ...(hasNoTarget ? [{ pointer: at('id'), code: 'required' } as const] : []),
    ...(isAmbiguous ? [{ pointer: at('external'), code: 'not_allowed_here' } as const] : []),
  ]
}
