import type { Transaction } from '../database/transaction.ts'
import { nearest } from '../errors/nearest.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import type { Context } from '../fields/value.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { FieldRemoval } from '../user-fields/remove-field.ts'
import type { NewUserField } from '../user-fields/write-user-field.ts'
import { cardNames } from './card-names.ts'
import { type Deletions, readDeletions } from './deletions.ts'
import { ModelPlan } from './model-plan.ts'
import { cardName, planCards } from './plan-cards.ts'
import { planDeletions } from './plan-deletions.ts'
import { type Dictionaries, entryName, nameOf, planDictionaries } from './plan-dictionaries.ts'
import { fieldName, type OptionsAfter, planFields } from './plan-fields.ts'
import type { ModelInput } from './schemas.ts'

/** What a model is planned with. */
export interface ModelPlanning {
  /** The access of the transaction. */
  access: Access
  /** Returns the access with what earlier steps changed. */
  accessAfter(trx: Transaction): Promise<Access>
  removal: FieldRemoval
}

/** Plans how a model is applied. */
export async function planModel(trx: Transaction, planning: ModelPlanning, model: ModelInput): Promise<ModelPlan> {
  const plan = new ModelPlan()
  const { access, removal } = planning
  const deletions = readDeletions(plan, model.delete ?? [])
  const dictionaries = planDictionaries(plan, model.dictionaries ?? [], access.catalogue.lookups.dictionaries)
  const after: OptionsAfter = new Map()
  const types = plan.items(model.types ?? [], '/types').flatMap(([body, pointer]) => {
    if (!access.catalogue.types.has(body.code)) return refuseType(plan, access, { code: body.code, pointer })
    const grant = access.grant(body.code)
    const context = contextWith(access, dictionaries)
    const added = planFields({ plan, grant, context }, body.fields ?? [], { pointer: `${pointer}/fields`, after })
    return [{ body, pointer, grant, fields: fieldsAfter(grant, added, deletions) }]
  })
  for (const { body, pointer, grant, fields } of types) {
    await planCards({ ...planning, trx, plan, grant, fields }, body, pointer)
  }
  refuseDescribed(plan, model, deletions)
  await planDeletions({ trx, plan, access, removal, after }, deletions)
  return plan
}

function contextWith(access: Access, dictionaries: Dictionaries): Context {
  const context = access.context()
  return { ...context, lookups: { ...context.lookups, dictionaries } }
}

/** Returns the fields of a type after the change, by path. A new one has no id yet. */
function fieldsAfter({ type, readable }: Grant, added: readonly NewUserField[], { fields }: Deletions): FieldsByPath {
  const after = new Map(readable)
  for (const field of added) {
    const path = `userFields.${field.code}`
    after.set(path, { ...field, path, key: path, userFieldId: 0, typeId: type.id } as NewUserField &
      Partial<Field> as Field)
  }
  for (const deleted of fields) if (deleted.type === type.code) after.delete(`userFields.${deleted.field}`)
  return after
}

function refuseType(plan: ModelPlan, { catalogue }: Access, { code, pointer }: { code: string; pointer: string }): [] {
  const hint = nearest(code, catalogue.types.keys())
  plan.refuse(`${pointer}/code`, 'unknown_type', { params: { name: code.slice(0, 100) }, ...(hint && { hint }) })
  return []
}

/** Adds a fault for each part that the model describes and deletes. */
function refuseDescribed(plan: ModelPlan, { dictionaries = [], types = [] }: ModelInput, deletions: Deletions): void {
  const described = new Set([
    ...dictionaries.flatMap(({ code, entries = [] }) => [
      nameOf(code),
      ...entries.map((one) => entryName(code, one.code)),
    ]),
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
