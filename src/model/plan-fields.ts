import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Context } from '../fields/value.ts'
import { readLabels } from '../http/labels.ts'
import type { Grant } from '../rights/grant.ts'
import type { NewFieldBody, OptionBody } from '../user-fields/field-requests.ts'
import { marksIn } from '../user-fields/index-marks.ts'
import { readFieldChange, readNewField } from '../user-fields/read-field.ts'
import {
  changeUserField,
  createUserField,
  type NewUserField,
  type UserFieldChange,
} from '../user-fields/write-user-field.ts'
import { differences, type ModelPlan } from './model-plan.ts'
import type { PlannedType } from './plan-types.ts'

/** What the fields of a type are planned with. */
export interface FieldPlanning {
  plan: ModelPlan
  /** The administrator's grant for the type. */
  grant: PlannedType['grant']
  place: PlannedType['place']
  /** The codes of the record types after the change. */
  types: readonly string[]
  /** The context with the dictionaries after the change. */
  context: Context
}

/** A field that a company added. */
export type UserField = Field & { userFieldId: number }

/** The changes of fields, by field id. */
export type FieldsAfter = Map<number, UserFieldChange>

/** Plans the fields of a type in a model. Adds the changes of present fields to the map. Returns the new fields. */
export function planFields(
  planning: FieldPlanning,
  bodies: readonly NewFieldBody[],
  { pointer, after }: { pointer: string; after: FieldsAfter },
): NewUserField[] {
  const { plan, grant } = planning
  const added: NewUserField[] = []
  for (const [body, place] of plan.items(bodies, pointer)) {
    const present = userFieldOf(grant, body.code)
    if (!present) added.push(...planNew(planning, body, place))
    else if (grant.readable.has(present.path)) planChange(planning, { present, body, pointer: place, after })
    // The field exists, but the caller does not see it.
    else plan.refuse(`${place}/code`, 'reserved_code', { params: { code: body.code } })
  }
  return added
}

/** Returns the name of a field in a model. */
export function fieldName(type: string, code: string): string {
  return `types.${type}.fields.${code}`
}

/** Returns a user field of a type, also if the caller does not see it. */
export function userFieldOf({ type }: Pick<Grant, 'type'>, code: string): UserField | undefined {
  return type.fields.find((field): field is UserField => field.userFieldId !== null && field.code === code)
}

function planNew(planning: FieldPlanning, body: NewFieldBody, pointer: string): NewUserField[] {
  const { plan, grant, place, types, context } = planning
  const { type, userId } = grant
  checkDefault(plan, body, pointer)
  const field = plan.read(pointer, () => readNewField(body, { type, types, context }))
  if (!field) return []
  plan.indexed.add(place)
  plan.create([fieldName(type.code, field.code)], (trx) =>
    createUserField(trx, { ...place, code: type.code }, field, userId),
  )
  return [field]
}

function planChange(
  { plan, grant, place, types, context }: FieldPlanning,
  { present, body, pointer, after }: { present: UserField; body: NewFieldBody; pointer: string; after: FieldsAfter },
): void {
  // Present fields are in the cards already, or left out of them on purpose.
  const { code, kind, multiple = present.multiple, options, inCard: _, ...given } = body
  const differing = differences<Pick<NewFieldBody, 'kind' | 'multiple'>>({ kind, multiple }, present)
  for (const name of differing) plan.refuse(`${pointer}/${name}`, 'fixed_property')
  if (differing.length) return
  const all = options && optionsWith(present, options)
  checkDefault(plan, body, pointer)
  const reading = { type: grant.type, types, context }
  const change = plan.read(pointer, () => readFieldChange({ ...given, ...(all && { options: all }) }, present, reading))
  if (!change) return
  if (differences(marksIn(change), present).length) plan.indexed.add(place)
  after.set(present.userFieldId, change)
  const members = differences(inOrder(change), inOrder(present))
  plan.change(fieldName(grant.type.code, code), members, (trx) =>
    changeUserField(trx, present, picked(change, members)),
  )
}

function picked(change: UserFieldChange, members: readonly string[]): UserFieldChange {
  return Object.fromEntries(Object.entries(change).filter(([name]) => members.includes(name)))
}

/** Returns a field with its options in their order, in which it does not matter how a list names them. */
function inOrder<T extends Partial<Pick<Field, 'options'>>>(field: T): T {
  const options = field.options?.toSorted((a, b) => a.sort - b.sort || (a.code < b.code ? -1 : 1))
  return options ? { ...field, options } : field
}

/** Returns the given options over the present ones, which stay. */
function optionsWith({ options: present }: UserField, given: readonly OptionBody[]): OptionBody[] {
  const named = new Set(given.map(({ code }) => code))
  const changed = given.map((option) => {
    const known = present.find(({ code }) => code === option.code)
    return known ? { ...known, ...option, label: readLabels(option.label, known.label) } : option
  })
  return [...changed, ...present.filter(({ code }) => !named.has(code))]
}

/** Adds a fault for a default that is an id, which means another thing in another instance. */
function checkDefault(plan: ModelPlan, { kind, settings }: NewFieldBody, pointer: string): void {
  const { pointsTo } = kindOf({ kind: kind as Field['kind'] })
  const initial = settings?.default ?? null
  if (pointsTo && initial !== null && typeof initial !== 'string')
    plan.refuse(`${pointer}/settings/default`, 'not_allowed_here')
}
