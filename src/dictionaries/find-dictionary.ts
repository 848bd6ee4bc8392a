import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import type { Dictionary } from '../fields/lookups.ts'
import { labelFor } from '../http/labels.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
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

/** A field whose values are entries of a dictionary, with the grant of its record type. */
export interface DictionaryField {
  grant: Grant
  field: Field
}

/**
 * Returns the fields that use a dictionary. Throws `admin_required` if the caller does not see one of them: otherwise the
 * response would tell whether a hidden field has a value.
 */
export function fieldsWith(access: Access, dictionary: string): DictionaryField[] {
  const found = [...access.catalogue.types.keys()].flatMap((typeCode) => {
    const grant = access.grant(typeCode)
    const fields = grant.type.fields.filter(({ settings }) => settings.dictionary === dictionary)
    return fields.map((field) => ({ grant, field }))
  })
  if (found.some(({ grant, field }) => !grant.readable.has(field.path))) access.requireAdmin()
  return found
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
