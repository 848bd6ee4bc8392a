import type { Language } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import type { Lookups } from '../fields/lookups.ts'
import type { DescribedType } from '../records/api/user-field-schemas.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { ApiDocument } from './api-document.ts'
import { buildDocument, type ModelView } from './build-document.ts'

/** The most characters of kept documents. A document of six types with 400 user fields has a million. */
const mostKept = 30_000_000

interface KeptDocument {
  text: Promise<string>
  /** Zero until the document is built. */
  length: number
}

/** The API documents of the instance. Callers who see the same model in the same language share one. */
export class InstanceDocuments {
  readonly #base: () => ApiDocument
  /** The documents as JSON, the last used one at the end. */
  readonly #kept = new Map<string, KeptDocument>()

  constructor(base: () => ApiDocument) {
    this.#base = base
  }

  /** Returns the JSON of the document that a caller sees. Throws `crm_unavailable`. */
  async of(access: Access): Promise<string> {
    const open = access.open()
    const name = nameOf(access, open)
    const kept = this.#kept.get(name) ?? this.#build(name, viewOf(access, open))
    this.#kept.delete(name)
    this.#kept.set(name, kept)
    return await kept.text
  }

  #build(name: string, view: ModelView): KeptDocument {
    const text = buildDocument(this.#base(), view).then((document) => JSON.stringify(document))
    const kept = { text, length: 0 }
    text.then(
      ({ length }) => {
        kept.length = length
        this.#forgetOldest()
      },
      () => this.#kept.delete(name),
    )
    return kept
  }

  #forgetOldest(): void {
    let total = [...this.#kept.values()].reduce((sum, { length }) => sum + length, 0)
    for (const [name, { length }] of this.#kept) {
      if (total <= mostKept || this.#kept.size === 1) return
      this.#kept.delete(name)
      total -= length
    }
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

function viewOf({ catalogue, language }: Access, open: readonly Grant[]): ModelView {
  const isOpen = new Set(open.map(({ type }) => type.code))
  return {
    open: open.map((grant) => seenType(grant, { language, lookups: catalogue.lookups, isOpen })),
    closed: [...catalogue.types.values()].filter(({ code }) => !isOpen.has(code)),
    people: open[0]?.users ?? new Map(),
  }
}

/** What user fields are described with: the caller's language, the dictionaries, and the codes of the open types. */
interface Described {
  language: Language
  lookups: Lookups
  isOpen: ReadonlySet<string>
}

/** Returns a type with the fields that the caller sees. */
function seenType({ type, readable }: Grant, by: Described): DescribedType {
  const seen = type.fields.filter(({ path }) => readable.has(path))
  return {
    ...type,
    fields: seen.filter(({ userFieldId }) => userFieldId === null),
    userFields: seen.filter(({ userFieldId }) => userFieldId !== null).map((field) => describedField(field, by)),
  }
}

/** Returns a user field with texts in one language, the entries of its dictionary as options, and open types only. */
function describedField(field: Field, { language, lookups, isOpen }: Described): Field {
  const [label, help] = [field.label[language], field.help?.[language]]
  const entries = lookups.dictionaries.get(field.settings.dictionary ?? '')?.entries ?? []
  const types = field.settings.types?.filter((code) => isOpen.has(code))
  return {
    ...field,
    settings: { ...field.settings, ...(types && { types }) },
    options: [...field.options, ...entries.map((entry) => ({ ...entry, default: false }))],
    label: { en: label, ru: label },
    help: help === undefined ? null : { en: help, ru: help },
  }
}
