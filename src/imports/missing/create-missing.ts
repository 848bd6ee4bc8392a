import type { Transaction } from '../../database/transaction.ts'
import { readEntry } from '../../dictionaries/read-entries.ts'
import { mostEntries } from '../../dictionaries/schemas.ts'
import { insertEntries, lockDictionary } from '../../dictionaries/write-dictionary.ts'
import { fold } from '../../fields/kinds/choice-kinds.ts'
import type { Entry } from '../../fields/lookups.ts'
import { JobLost } from '../../jobs/job.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import type { Access } from '../../rights/access.ts'
import { lockColumns } from '../../user-fields/change-columns.ts'
import { mostOptions } from '../../user-fields/field-requests.ts'
import { indexTask } from '../../user-fields/make-indexes.ts'
import { readNewField } from '../../user-fields/read-field.ts'
import { changeUserField, createUserField, lockOptions } from '../../user-fields/write-user-field.ts'
import { codeOfLabel } from './code-of-label.ts'
import { existNow } from './find-missing.ts'
import type { Missing, MissingEntries, MissingField } from './missing.ts'

/** Where missing fields and entries are created. */
export interface Creating {
  typeCode: string
  /** The queue, in which `indexTask` is prepared. */
  queue: JobQueue
  /** Returns the access of the caller as the transaction sees it now. */
  accessNow: () => Promise<Access>
}

/**
 * Creates what a file lacks, and returns what was created: others may have created some of it meanwhile. Fields come
 * last, because they lock the table of the records. Throws `settings_required` and as the routes of fields do, and
 * JobLost if one of the fields exists by now: when the file is looked through again, its column belongs to that field.
 */
export async function createMissing(trx: Transaction, missing: Missing, creating: Creating): Promise<Missing> {
  const before = await creating.accessNow()
  before.requireCrm()
  before.requireSettings()
  await lockLists(trx, missing.entries, before, creating.typeCode)
  const access = await creating.accessNow()
  const entries: MissingEntries[] = []
  for (const list of missing.entries) entries.push(...(await createEntries(trx, list, access, creating.typeCode)))
  if (missing.fields.length) await createFields(trx, missing.fields, access, creating)
  return { fields: missing.fields, entries }
}

/** Locks the dictionaries and options, each in the order of their codes and ids. */
async function lockLists(
  trx: Transaction,
  lists: readonly MissingEntries[],
  access: Access,
  typeCode: string,
): Promise<void> {
  for (const code of lists.flatMap(({ dictionary }) => dictionary ?? []).sort()) await lockDictionary(trx, code)
  const ids = lists.flatMap((list) =>
    list.dictionary === null ? (fieldOf(access, typeCode, list)?.userFieldId ?? []) : [],
  )
  for (const id of ids.sort((a, b) => a - b)) await lockOptions(trx, id)
}

function fieldOf(access: Access, typeCode: string, { field }: MissingEntries) {
  return access.grantFor(typeCode, 'import').writable.get(field)
}

/** Adds entries to a dictionary or options to a field. What does not fit, or exists now, is left out. */
async function createEntries(
  trx: Transaction,
  list: MissingEntries,
  access: Access,
  typeCode: string,
): Promise<MissingEntries[]> {
  const { dictionary } = list
  if (dictionary !== null) {
    const present = access.catalogue.lookups.dictionaries.get(dictionary)?.entries ?? []
    const added = newEntries(list.values, present, mostEntries)
    if (added.length) await insertEntries(trx, dictionary, added)
    return shown(list, added)
  }
  const field = fieldOf(access, typeCode, list)
  if (!field || field.userFieldId === null) return []
  const added = newEntries(list.values, field.options, mostOptions)
  const options = [...field.options, ...added.map((entry) => ({ ...entry, default: false, externalCode: null }))]
  if (added.length) await changeUserField(trx, { ...field, userFieldId: field.userFieldId }, { options })
  return shown(list, added)
}

function shown(list: MissingEntries, added: readonly Entry[]): MissingEntries[] {
  return added.length ? [{ ...list, values: added.map(({ label }) => label.en) }] : []
}

/** Returns the entries for values that no present entry has as its label or code, at the end of the list. */
function newEntries(values: readonly string[], present: readonly Entry[], limit: number): Entry[] {
  const words = new Set(present.flatMap(({ code, label }) => [code, label.en, label.ru].map(fold)))
  const all = [...present]
  for (const label of values.filter((value) => !words.has(fold(value)))) {
    if (all.length >= limit) break
    const isTaken = (code: string) => all.some((one) => one.code.toLowerCase() === code)
    all.push(readEntry({ code: codeOfLabel(label, 'entry', isTaken).toUpperCase(), label }, all))
  }
  return all.slice(present.length)
}

async function createFields(
  trx: Transaction,
  fields: readonly MissingField[],
  before: Access,
  { typeCode, queue, accessNow }: Creating,
): Promise<void> {
  await lockColumns(trx, before.grantFor(typeCode, 'import').type.id)
  const access = await accessNow()
  const { type } = access.grantFor(typeCode, 'import')
  if (existNow(fields, type.fields)) throw new JobLost()
  const types = [...access.catalogue.types.keys()]
  for (const { code, kind, label } of fields) {
    const field = readNewField({ code, kind, label }, { type, types, context: access.context() })
    await createUserField(trx, type, field, access.caller.userId)
  }
  await queue.enqueue(trx, indexTask, { typeId: type.id })
}
