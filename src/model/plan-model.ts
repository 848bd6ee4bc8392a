import type { Transaction } from '../database/transaction.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import type { Context } from '../fields/value.ts'
import type { Access } from '../rights/access.ts'
import type { FieldRemoval } from '../user-fields/remove-field.ts'
import type { NewUserField } from '../user-fields/write-user-field.ts'
import { cardNames } from './card-names.ts'
import { type Deletions, readDeletions } from './deletions.ts'
import { ModelPlan } from './model-plan.ts'
import { cardName, planCards } from './plan-cards.ts'
import { planDeletions } from './plan-deletions.ts'
import { type Dictionaries, entryName, nameOf, planDictionaries } from './plan-dictionaries.ts'
import { type FieldsAfter, fieldName, planFields } from './plan-fields.ts'
import { type PlannedType, type Present, planTypes, typeName } from './plan-types.ts'
import type { ModelInput } from './schemas.ts'

/** What a model is planned with. */
export interface ModelPlanning {
  present: Present
  removal: FieldRemoval
}

/** Plans how a model is applied. */
export async function planModel(
  trx: Transaction,
  { present, removal }: ModelPlanning,
  model: ModelInput,
): Promise<ModelPlan> {
  const plan = new ModelPlan()
  const { access } = present
  const deletions = readDeletions(plan, model.delete ?? [])
  const dictionaries = planDictionaries(plan, model.dictionaries ?? [], access.catalogue.lookups.dictionaries)
  const context = contextWith(access, dictionaries)
  const after: FieldsAfter = new Map()
  const planned = planTypes({ plan, present }, model.types ?? [])
  const deleted = new Set(deletions.types.map(({ type }) => type))
  const codes = [...access.catalogue.types.keys(), ...planned.map(({ grant }) => grant.type.code)]
  const types = planned.map(({ body, pointer, grant, place }) => {
    const planning = { plan, grant, place, types: codes.filter((code) => !deleted.has(code)), context }
    const added = planFields(planning, body.fields ?? [], { pointer: `${pointer}/fields`, after })
    return { body, pointer, type: grant.type, fields: fieldsAfter(grant, added, deletions) }
  })
  plan.steps.push((trx) => present.renew(trx))
  for (const { body, pointer, type, fields } of types) {
    await planCards({ trx, plan, present, type, fields }, body, pointer)
  }
  refuseDescribed(plan, model, deletions)
  await planDeletions({ trx, plan, present, removal, after }, deletions)
  return plan
}

function contextWith(access: Access, dictionaries: Dictionaries): Context {
  const context = access.context()
  return { ...context, lookups: { ...context.lookups, dictionaries } }
}

/** Returns the fields of a type after the change, by path. A new one has no id yet. */
function fieldsAfter(
  { type, readable }: PlannedType['grant'],
  added: readonly NewUserField[],
  { fields }: Deletions,
): FieldsByPath {
  const after = new Map(readable)
  for (const field of added) {
    const path = `userFields.${field.code}`
    after.set(path, { ...field, path, key: path, userFieldId: 0, typeId: type.id } as NewUserField &
      Partial<Field> as Field)
  }
  for (const deleted of fields) if (deleted.type === type.code) after.delete(`userFields.${deleted.field}`)
  return after
}

/** Adds a fault for each part that the model describes and deletes. */
function refuseDescribed(plan: ModelPlan, { dictionaries = [], types = [] }: ModelInput, deletions: Deletions): void {
  const described = new Set([
    ...dictionaries.flatMap(({ code, entries = [] }) => [
      nameOf(code),
      ...entries.map((one) => entryName(code, one.code)),
    ]),
    ...types.map(({ code }) => typeName(code)),
    ...types.flatMap((body) => cardNames.flatMap((name) => (body[name] ? [cardName(body.code, name)] : []))),
    ...types.flatMap(({ code, fields = [] }) =>
      fields.flatMap((field) => {
        const name = fieldName(code, field.code)
        return [name, ...(field.options ?? []).map((option) => `${name}.options.${option.code}`)]
      }),
    ),
  ])
  for (const { name, pointer } of Object.values(deletions).flat()) {
    if (described.has(name)) plan.refuse(pointer, 'part_described', { params: { part: name } })
  }
}
