import { deleteCard } from '../cards/store.ts'
import type { Transaction } from '../database/transaction.ts'
import { entryRemovalTask } from '../dictionaries/entry-removal.ts'
import { fieldsWith } from '../dictionaries/find-dictionary.ts'
import { deleteDictionary } from '../dictionaries/write-dictionary.ts'
import { Problem } from '../errors/problem.ts'
import { countUses, removeIfUnused } from '../records/removal/removal.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { deleteType, lossOf } from '../types/delete-type.ts'
import type { LinkField } from '../types/link-fields.ts'
import { valuesInUse } from '../user-fields/field-usage.ts'
import { type FieldRemoval, removeField } from '../user-fields/remove-field.ts'
import { changeUserField, lockOptions } from '../user-fields/write-user-field.ts'
import type { Deletions } from './deletions.ts'
import type { ModelPlan } from './model-plan.ts'
import { cardKeyOf, hasCard } from './plan-cards.ts'
import { type FieldsAfter, type UserField, userFieldOf } from './plan-fields.ts'
import type { Present } from './plan-types.ts'

/** What deletions are planned with. */
export interface DeletionPlanning {
  trx: Transaction
  plan: ModelPlan
  present: Present
  removal: FieldRemoval
  /** The fields that the model changes. */
  after: FieldsAfter
}

/** Plans the parts to delete: options and fields first, then entries and dictionaries, which fields may use. */
export async function planDeletions(planning: DeletionPlanning, deletions: Deletions): Promise<void> {
  for (const option of deletions.options) await planOption(planning, option)
  for (const field of deletions.fields) planField(planning, field)
  for (const card of deletions.cards) await planCard(planning, card)
  for (const type of deletions.types) await planType(planning, type, deletions)
  for (const entry of deletions.entries) await planEntry(planning, entry)
  for (const dictionary of deletions.dictionaries) planDictionary(planning, dictionary, deletions)
}

async function planOption(planning: DeletionPlanning, part: Deletions['options'][number]): Promise<void> {
  const { trx, plan, after } = planning
  const { access } = planning.present
  const { name, pointer, option } = part
  const found = visibleField(access, part)
  const present = found && (after.get(found.field.userFieldId)?.options ?? found.field.options)
  if (!found || !present?.some(({ code }) => code === option)) return void plan.missing.push(name)
  const { field, grant } = found
  await lockOptions(trx, field.userFieldId)
  const used = await valuesInUse(trx, { grant, now: access.context().now }, field, [option])
  const left = present.filter(({ code }) => code !== option)
  if (used.length) plan.refuse(pointer, 'part_in_use', { params: { part: name } })
  else if (!left.length) plan.refuse(pointer, 'not_allowed_here')
  after.set(field.userFieldId, { ...after.get(field.userFieldId), options: left })
  plan.delete(name, (trx) => changeUserField(trx, field, { options: left }))
}

function planField({ plan, present, removal }: DeletionPlanning, part: Deletions['fields'][number]): void {
  const { access } = present
  const { name, pointer } = part
  const found = visibleField(access, part)
  const isSystem = grantOf(access, part.type)?.type.fields.some(
    ({ code, userFieldId }) => code === part.field && userFieldId === null,
  )
  if (isSystem) plan.refuse(pointer, 'system_part', { params: { part: name } })
  else if (!found) plan.missing.push(name)
  else {
    const { field } = found
    plan.delete(name, (trx) => removeField(trx, { ...field, typeCode: part.type }, removal))
  }
}

async function planCard({ trx, plan, present }: DeletionPlanning, part: Deletions['cards'][number]): Promise<void> {
  const { access } = present
  const grant = grantOf(access, part.type)
  const key = grant && cardKeyOf(access, grant.type, part.card)
  if (key && (await hasCard(trx, access, key))) plan.delete(part.name, (trx) => deleteCard(trx, key, null))
  else plan.missing.push(part.name)
}

async function planType(
  { trx, plan, present, removal, after }: DeletionPlanning,
  { name, pointer, type: code }: Deletions['types'][number],
  { types, fields }: Deletions,
): Promise<void> {
  const type = present.access.catalogue.types.get(code)
  const together = types.map(({ type }) => type)
  const deletion = () => ({ ...removal, access: present.access, force: false, together })
  if (!type) return void plan.missing.push(name)
  const isKept = (field: LinkField) =>
    !fields.some((deleted) => deleted.type === field.typeCode && deleted.field === field.code) &&
    (after.get(field.userFieldId)?.settings?.types?.includes(code) ?? true)
  const isUsed = async () => {
    const { records, children, linkFields } = await lossOf(trx, type, deletion())
    return records > 0 || children > 0 || linkFields.some(isKept)
  }
  if (!type.isSmart) plan.refuse(pointer, 'system_part', { params: { part: name } })
  else if (await isUsed()) plan.refuse(pointer, 'part_in_use', { params: { part: name } })
  plan.delete(name, async (trx) => {
    // Earlier steps may have deleted types and fields that refer to it.
    await present.renew(trx)
    await deleteType(trx, type, deletion())
  })
}

async function planEntry(planning: DeletionPlanning, part: Deletions['entries'][number]): Promise<void> {
  const { trx, plan } = planning
  const { access } = planning.present
  const { name, pointer, dictionary, entry } = part
  const present = access.catalogue.lookups.dictionaries.get(dictionary)?.entries.find(({ code }) => code === entry)
  const removal = entryRemovalTask.kind.planOf(access, { dictionary, entry }, null)
  if (!present || !removal) return void plan.missing.push(name)
  if (present.system) return plan.refuse(pointer, 'system_part', { params: { part: name } })
  const { records } = await countUses(trx, removal.uses)
  if (records) plan.refuse(pointer, 'part_in_use', { params: { part: name } })
  plan.delete(name, async (trx) => {
    if (!(await removeIfUnused(trx, removal))) throw new Problem('entry_in_use', { code: entry })
  })
}

function planDictionary(
  { plan, present: { access } }: DeletionPlanning,
  { name, pointer, dictionary }: Deletions['dictionaries'][number],
  { fields, types }: Deletions,
): void {
  if (!access.catalogue.lookups.dictionaries.has(dictionary)) return void plan.missing.push(name)
  const isKept = ({ grant, field }: { grant: Grant; field: { code: string } }) =>
    !types.some(({ type }) => type === grant.type.code) &&
    !fields.some((deleted) => deleted.type === grant.type.code && deleted.field === field.code)
  if (fieldsWith(access, dictionary).some(isKept)) plan.refuse(pointer, 'part_in_use', { params: { part: name } })
  plan.delete(name, (trx) => deleteDictionary(trx, dictionary))
}

function grantOf(access: Access, type: string): Grant | undefined {
  return access.catalogue.types.has(type) ? access.grant(type) : undefined
}

/** Returns a user field that the caller sees, with the grant of its type. */
function visibleField(
  access: Access,
  { type, field: code }: { type: string; field: string },
): { grant: Grant; field: UserField } | undefined {
  const grant = grantOf(access, type)
  const field = grant && userFieldOf(grant, code)
  return field && grant.readable.has(field.path) ? { grant, field } : undefined
}
