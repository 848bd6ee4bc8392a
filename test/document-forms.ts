import { readFileSync } from 'node:fs'
import { anySmartProcess } from '../src/entities/smart-processes.ts'
import { systemTypes } from '../src/entities/types.ts'

interface Answer {
  $ref?: string
  content?: Record<string, unknown>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>
  components: { schemas: Record<string, { required?: string[] }> }
}

const document = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as Document

/** The API document, and the same for requests that choose fields or parts of fields. */
export const documents = { document, cut: cut(document), parts: cutInto(document) }

export type Form = keyof typeof documents

/** The same document for requests with `fields`, which limits records and items to the named fields and the id. */
function cut({ components, ...rest }: Document): Document {
  const records = [...systemTypes, anySmartProcess].map(({ code }) => `${code.charAt(0).toUpperCase()}${code.slice(1)}`)
  const others = Object.keys(components.schemas).flatMap((name) => /^(\w+)FieldName$/.exec(name)?.[1] ?? [])
  const known = [...records, ...records.map((name) => `Linked${name}`), ...others].filter(
    (name) => name in components.schemas,
  )
  const schemas = known.map((name) => {
    const required = components.schemas[name]?.required?.filter((one) => one === keyOf(name))
    return [name, { ...components.schemas[name], required }]
  })
  return { ...rest, components: { ...components, schemas: { ...components.schemas, ...Object.fromEntries(schemas) } } }
}

/** Returns the name of the member that identifies an item. */
function keyOf(schema: string): string {
  return /^(Dictionary|DictionaryEntry|Currency)$/.test(schema) ? 'code' : 'id'
}

/** The same document for requests with parts of fields, which limits values to these parts. */
function cutInto({ components, ...rest }: Document): Document {
  const schemas = JSON.stringify(components.schemas, (name, value) =>
    name === 'required' && Array.isArray(value) ? undefined : value,
  )
  return { ...rest, components: { ...components, schemas: JSON.parse(schemas) } }
}

/** Returns the fields that a request chooses, or those that its queries choose. Undefined if there are none. */
export function fieldsOf({
  fields,
  queries,
}: {
  fields?: unknown
  queries?: Record<string, { search?: object }>
}): unknown {
  if (!queries) return fields
  const chosen = Object.values(queries).flatMap(({ search = {} }) => fieldsOf(search) ?? [])
  return chosen.length ? chosen : undefined
}

/** Returns which of the documents describes the response to a request with these fields. */
export function formFor(fields: unknown, hides: boolean): Form {
  if (fields === undefined) return hides ? 'cut' : 'document'
  return String(fields).includes('.') ? 'parts' : 'cut'
}
