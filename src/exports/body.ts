import Type, { type TSchema } from 'typebox'
import type { SystemType } from '../entities/types.ts'
import type { Language } from '../errors/language.ts'
import { nameOf } from '../records/api/field-properties.ts'
import { filterRef } from '../records/api/list-bodies.ts'
import { namesRef } from '../records/api/name-schemas.ts'
import { listParts } from '../records/api/requests.ts'
import { checkedAs } from '../schema/build.ts'
import { columnsNote, type ExportRequest, exportOf, formatOptions } from './options.ts'

const mostNames = 500
const names = (items: TSchema, description: string) =>
  Type.Array(Type.Unsafe<string>(items), { minItems: 1, maxItems: mostNames, description })

function exportBody(named: { filter: TSchema; fields: TSchema; sort: TSchema }, options: object) {
  return Type.Object(
    {
      filter: Type.Optional(Type.Unsafe<unknown>(named.filter)),
      q: Type.Optional(listParts.q),
      sort: Type.Optional(Type.Unsafe<string | string[]>({ ...named.sort, description: listParts.sortNote })),
      fields: Type.Optional(
        names(named.fields, 'Fields of the file in the order of the columns. Default: all fields.'),
      ),
      columns: Type.Optional(names(Type.String({ maxLength: 500 }), columnsNote)),
      ...formatOptions,
    },
    { ...options, additionalProperties: false, description: 'Request for a file of a list.' },
  )
}

/** The body of an export. */
const ExportBody = exportBody(
  {
    filter: Type.Unknown(),
    fields: Type.String(),
    sort: Type.Union([Type.String({ maxLength: 500 }), Type.Array(Type.String(), { maxItems: mostNames })]),
  },
  {},
)
type ExportBody = Type.Static<typeof ExportBody>

/** Returns the named schemas of the export bodies of record types. */
export function exportSchemas(types: readonly SystemType[]): TSchema[] {
  return types.map((type) => {
    const sort = namesRef(type, 'sort')
    const named = {
      filter: filterRef(type),
      fields: namesRef(type, 'fields'),
      sort: { anyOf: [sort, Type.Array(sort, { maxItems: mostNames })] },
    }
    const recent = { field: 'createdAt', op: 'gte', value: 'last30Days' }
    return exportBody(named, {
      ...checkedAs(ExportBody),
      $id: `${nameOf(type.code)}Export`,
      examples: [{ filter: recent, columns: ['id', 'createdAt', 'responsible.lastName'], mode: 'raw', gzip: true }],
    })
  })
}

/** Returns a reference to the export body of a record type. */
export function exportRef({ code }: SystemType) {
  return Type.Unsafe<ExportBody>(Type.Ref(`${nameOf(code)}Export`))
}

/** Returns the export that a body describes. Labels are in the language of the caller by default. */
export function exportOfBody(body: ExportBody, language: Language): ExportRequest {
  const { filter, q, sort, fields, columns, timeZone, ...format } = body
  const list = {
    ...{ q, fields, timeZone, limit: 1, inBody: true },
    sort: typeof sort === 'object' ? sort.join() || undefined : sort,
    filter: filter === undefined ? null : { body: filter },
  }
  return exportOf(list, columns, format, language)
}
