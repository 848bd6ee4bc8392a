import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import type { State } from '../entities/change.ts'
import { isWithin, pointerOf } from '../errors/json-pointer.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { isObject } from '../fields/value.ts'
import { readInput } from '../records/write/read-input.ts'
import { addMissingFaults } from '../records/write/resolve-references.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { moveFaults, type PipelineMove } from './move.ts'

/**
 * The change of a bulk action: sets fields, adds and removes values of lists, moves the record to another pipeline, or
 * deletes it.
 */
export interface BulkAction {
  set?: Record<string, unknown>
  add?: Record<string, unknown>
  remove?: Record<string, unknown>
  move?: PipelineMove
  delete?: true
}

const sections = ['set', 'add', 'remove'] as const

/** Returns the action as the body of a record change. */
export function toChange({ set = {}, add = {}, remove = {} }: BulkAction): Values {
  const body: Values = {}
  merge(body, set, (value) => value)
  merge(body, add, (value) => ({ add: value }))
  merge(body, remove, (value) => ({ remove: value }))
  return body
}

type Values = Record<string, unknown>

function merge(body: Values, { userFields, ...system }: Values, as: (value: unknown) => unknown): void {
  put(body, system, as)
  if (isObject(userFields)) {
    const own = isObject(body.userFields) ? body.userFields : {}
    body.userFields = own
    put(own, userFields, as)
  } else if (userFields !== undefined) put(body, { userFields }, as)
}

function put(body: Values, values: Values, as: (value: unknown) => unknown): void {
  for (const [name, value] of Object.entries(values)) {
    const [present, more] = [body[name], as(value)]
    body[name] = isObject(present) && isObject(more) ? { ...present, ...more } : more
  }
}

/** Throws every fault of an action that does not depend on the record. */
export async function checkAction(db: Database, writing: WriteContext, action: BulkAction): Promise<void> {
  const { grant, context } = writing
  const faults: Fault[] = []
  const given = sections.filter((section) => saysAnything(section, action[section] ?? {}))
  const alone = (['move', 'delete'] as const).filter((name) => action[name])
  for (const name of alone) {
    if (given.length || alone.length > 1) faults.push({ pointer: `/${name}`, code: 'not_allowed_here' })
  }
  if (!alone.length && !given.length) {
    const allowed = [...sections, ...(grant.type.traits.has('pipelines') ? ['move'] : []), 'delete']
    faults.push({ pointer: '', code: 'required', params: { name: 'set' }, allowed })
  }
  if (action.move) faults.push(...moveFaults(action.move, grant.type, context.lookups))
  faults.push(...twice(action))
  const change = readInput(grant, toChange(action), context, {
    present: { id: 0, state: nothing(grant.type), unseen: {} },
    sendsBack: false,
  })
  await inTransaction(db, (trx) => addMissingFaults(trx, writing, change))
  for (const fault of change.faults) {
    const pointer = placeOf(fault.pointer ?? '', action)
    // Whether a record keeps a name after losing one depends on the record.
    const isUpToRecord =
      fault.code === 'identity_required' && grant.type.nameFields?.some((key) => !change.given.has(key))
    if (pointer && !isUpToRecord) faults.push({ ...fault, pointer })
  }
  if (faults.length) throw invalid(faults)
}

/** Returns whether a section changes anything: empty sections and empty lists to add or remove do not. */
function saysAnything(section: (typeof sections)[number], values: Record<string, unknown>): boolean {
  const { userFields = {}, ...system } = values
  const all = [...Object.values(system), ...(isObject(userFields) ? Object.values(userFields) : [userFields])]
  return all.some((value) => section === 'set' || !Array.isArray(value) || value.length > 0)
}

/** Returns a fault for each field that is both set and added to or removed from. */
function twice({ set = {}, add = {}, remove = {} }: BulkAction): Fault[] {
  const paths = new Set(pathsOf(set))
  return Object.entries({ add, remove }).flatMap(([section, values]) =>
    pathsOf(values)
      .filter((path) => paths.has(path))
      .map((path): Fault => ({ pointer: `/${section}${path}`, code: 'duplicate_field' })),
  )
}

function pathsOf(section: Record<string, unknown>): string[] {
  return Object.entries(section).flatMap(([name, value]) =>
    name === 'userFields' && isObject(value)
      ? Object.keys(value).map((own) => pointerOf([name, own]))
      : [pointerOf([name])],
  )
}

/** Converts a pointer into the change to a pointer into the action: `/phones/add/0` to `/add/phones/0`. */
function placeOf(pointer: string, action: BulkAction): string | undefined {
  for (const section of sections) {
    const path = pathsOf(action[section] ?? {}).find((one) => isWithin(pointer, one))
    if (path === undefined) continue
    const rest = pointer.slice(path.length)
    if (section === 'set') return `/set${pointer}`
    if (rest === '' || rest.startsWith(`/${section}`)) return `/${section}${path}${rest.slice(section.length + 1)}`
  }
  return
}

function nothing(type: EntityType): State {
  return new Map(type.fields.map((field) => [field.key, kindOf(field).empty(field)]))
}
