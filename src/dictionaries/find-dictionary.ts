import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Dictionary } from '../fields/lookups.ts'
import { labelFor } from '../http/labels.ts'
import type { ListedItems } from '../lists/find-items.ts'
import { fieldsUsing, type UsingField } from '../records/removal/field-uses.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations } from '../schema/build.ts'
import type { Dictionary as DictionaryDocument, DictionaryEntry } from './schemas.ts'

/** Describes an operation under the tag of lookups. */
export const say = describeOperations('Lookups')

/** Returns a dictionary. Throws `crm_unavailable`, and `dictionary_not_found` with the nearest code as a hint. */
export function findDictionary(access: Access, code: string): Dictionary {
  access.requireCrm()
  const { dictionaries } = access.catalogue.lookups
  const dictionary = dictionaries.get(code)
  if (dictionary) return dictionary
  const hint = nearest(code, dictionaries.keys())
  throw new Problem('dictionary_not_found', { code }, { extra: hint === undefined ? {} : { hint } })
}

/** Returns a dictionary that the caller changes. Throws `settings_required` and as `findDictionary` does. */
export function changeableDictionary({ access }: FastifyRequest, code: string): Dictionary {
  access.requireCrm()
  access.requireSettings()
  return findDictionary(access, code)
}

/** An entry of a dictionary. */
type Entry = Dictionary['entries'][number]

/** Returns an entry of a dictionary. Throws `entry_not_found` with the nearest code as a hint. */
export function findEntry({ code: dictionary, entries }: Dictionary, code: string): Entry {
  const entry = entries.find((one) => one.code === code)
  if (entry) return entry
  const hint = nearest(
    code,
    entries.map((one) => one.code),
  )
  throw new Problem('entry_not_found', { code, dictionary }, { extra: hint === undefined ? {} : { hint } })
}

/** Returns the fields that use a dictionary. Throws `admin_required` if the caller does not see one of them. */
export function fieldsWith(access: Access, dictionary: string): UsingField[] {
  return fieldsUsing(access, ({ settings }) => settings.dictionary === dictionary)
}

/** Returns the dictionaries of a list. Throws `crm_unavailable`. */
export function listedDictionaries(access: Access): ListedItems {
  access.requireCrm()
  const dictionaries = [...access.catalogue.lookups.dictionaries.values()]
  return { items: dictionaries.map((one) => shownDictionary(one, access, 'all')), isPartial: false }
}

/** Returns a dictionary in the form of responses. */
export function shownDictionary(
  { code, name }: Dictionary,
  { language }: Access,
  all?: 'all',
): Static<typeof DictionaryDocument> {
  return { code, name: labelFor(name, language, all) }
}

/** Returns an entry in the form of responses. */
export function shownEntry(entry: Entry, { language }: Access, all?: 'all'): Static<typeof DictionaryEntry> {
  return { ...entry, label: labelFor(entry.label, language, all) }
}
