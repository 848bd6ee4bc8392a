import { readEntries, readEntry } from '../dictionaries/read-entries.ts'
import { mostDictionaries, mostEntries, type NewDictionary } from '../dictionaries/schemas.ts'
import { insertDictionary, insertEntries, renameDictionary, updateEntries } from '../dictionaries/write-dictionary.ts'
import type { Dictionary, Entry } from '../fields/lookups.ts'
import { readLabels } from '../http/labels.ts'
import { differences, type ModelPlan } from './model-plan.ts'

/** The dictionaries of the instance by code. */
export type Dictionaries = ReadonlyMap<string, Dictionary>

/** Plans the dictionaries of a model. Returns the dictionaries after it. */
export function planDictionaries(
  plan: ModelPlan,
  bodies: readonly NewDictionary[],
  present: Dictionaries,
): Dictionaries {
  const after = new Map(present)
  for (const [body, pointer] of plan.items(bodies, '/dictionaries')) {
    const known = present.get(body.code)
    const dictionary = known ? planChange(plan, body, known, pointer) : planNew(plan, body, pointer)
    if (dictionary.entries.length > mostEntries) {
      plan.refuse(`${pointer}/entries`, 'too_many', { params: { limit: mostEntries } })
    }
    after.set(body.code, dictionary)
  }
  if (after.size > mostDictionaries) plan.refuse('/dictionaries', 'too_many', { params: { limit: mostDictionaries } })
  return after
}

function planNew(plan: ModelPlan, { code, name, entries: bodies = [] }: NewDictionary, pointer: string): Dictionary {
  const entries = plan.read(pointer, () => readEntries(bodies)) ?? []
  const dictionary = { code, name: readLabels(name), entries }
  const names = [nameOf(code), ...entries.map((entry) => entryName(code, entry.code))]
  plan.create(names, (trx) => insertDictionary(trx, dictionary))
  return { ...dictionary, entries: entries.map(notSystem) }
}

function planChange(plan: ModelPlan, body: NewDictionary, present: Dictionary, pointer: string): Dictionary {
  const { code } = present
  const name = readLabels(body.name, present.name)
  plan.change(nameOf(code), differences({ name }, present), (trx) => renameDictionary(trx, code, name))
  const entries = new Map(present.entries.map((entry) => [entry.code, entry]))
  const added: Entry[] = []
  for (const [given] of plan.items(body.entries ?? [], `${pointer}/entries`)) {
    const known = entries.get(given.code)
    if (known) {
      const entry = { ...known, label: readLabels(given.label, known.label), sort: given.sort ?? known.sort }
      plan.change(entryName(code, entry.code), differences(entry, known), (trx) => updateEntries(trx, code, [entry]))
    } else added.push(readEntry(given, [...present.entries, ...added]))
  }
  if (added.length) {
    plan.create(
      added.map((entry) => entryName(code, entry.code)),
      (trx) => insertEntries(trx, code, added),
    )
  }
  return { ...present, name, entries: [...present.entries, ...added.map(notSystem)] }
}

const notSystem = (entry: Entry) => ({ ...entry, system: false })

/** Returns the name of a dictionary in a model. */
export function nameOf(code: string): string {
  return `dictionaries.${code}`
}

/** Returns the name of an entry of a dictionary in a model. */
export function entryName(dictionary: string, code: string): string {
  return `${nameOf(dictionary)}.entries.${code}`
}
