import type { Language } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { ApiDocument } from './api-document.ts'
import { buildDocument } from './build-document.ts'

/** The most documents that are kept. Each takes about a megabyte. */
const mostKept = 20

/** The API documents of the instance. Callers who see the same model in the same language share one. */
export class InstanceDocuments {
  readonly #base: () => ApiDocument
  /** The JSON of documents, the last used one at the end. */
  readonly #kept = new Map<string, string>()

  constructor(base: () => ApiDocument) {
    this.#base = base
  }

  /** Returns the JSON of the document that a caller sees. Throws `crm_unavailable`. */
  of(access: Access): string {
    const open = access.open()
    const name = nameOf(access, open)
    const text = this.#kept.get(name) ?? JSON.stringify(buildDocument(this.#base(), viewOf(access, open)))
    this.#kept.delete(name)
    this.#kept.set(name, text)
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value!)
    return text
  }
}

/** Returns a name that differs for callers who see different documents. */
function nameOf({ catalogue, language }: Access, open: readonly Grant[]): string {
  const seen = open.map(({ type, readable, users }) => [
    type.code,
    users.size,
    type.fields.filter(({ path }) => !readable.has(path)).map(({ path }) => path),
  ])
  return JSON.stringify([catalogue.version, language, seen])
}

function viewOf({ catalogue, language }: Access, open: readonly Grant[]) {
  const isOpen = new Set(open.map(({ type }) => type.code))
  return {
    open: open.map((grant) => seenType(grant, language)),
    closed: [...catalogue.types.values()].filter(({ code }) => !isOpen.has(code)),
    people: open[0]?.users ?? new Map(),
  }
}

/** Returns a type with the fields that the caller sees. The document has the texts of user fields in one language. */
function seenType({ type, readable }: Grant, language: Language): DescribedType {
  const seen = type.fields.filter(({ path }) => readable.has(path))
  const inLanguage = (field: Field): Field => {
    const [label, help] = [field.label[language], field.help?.[language]]
    return { ...field, label: { en: label, ru: label }, help: help === undefined ? null : { en: help, ru: help } }
  }
  return {
    ...type,
    fields: seen.filter(({ userFieldId }) => userFieldId === null),
    userFields: seen.filter(({ userFieldId }) => userFieldId !== null).map(inLanguage),
  }
}
