import Type from 'typebox'
import { type Delimiter, delimiters } from '../csv/dialect.ts'
import { type WrittenEncoding, writtenEncodings } from '../csv/write.ts'
import type { Language } from '../errors/language.ts'
import { listOfQuery, namesOrNone } from '../lists/list-of-query.ts'
import { withFilter } from '../lists/parameters.ts'
import { ListQuery } from '../records/api/requests.ts'
import { type ListRequest, placeOf } from '../records/list/parse-list-request.ts'
import { enumOf, listText, noSpaces } from '../schema/build.ts'
import type { ExportMode } from './columns.ts'
import { type NamedView, views } from './require.ts'

/** Describes what `columns` names. */
export const columnsNote =
  'Columns of the file in their order: fields (`lastName`), parts of fields (`phones.mobile`, `address.city`), and fields of linked records (`company.title`, `responsible.lastName`). A field with parts stands for all its columns. Cannot be combined with `fields`.'

const timeZone = Type.String({
  ...noSpaces,
  maxLength: 60,
  description:
    "Time zone of the timestamps in the file and of words such as `today` in filters. Default: the caller's time zone.",
  examples: ['Europe/Moscow'],
})

/** The format of a file, and what is exported: the same in a query string and in a body. */
export const formatOptions = {
  timeZone: Type.Optional(timeZone),
  mode: Type.Optional(
    enumOf(['people', 'raw'], {
      description:
        "`people` writes labels and names in the caller's language and puts an apostrophe before text that a spreadsheet would run as a formula. `raw` writes codes, ids and exact values. Default: `people`.",
    }),
  ),
  language: Type.Optional(
    enumOf(['en', 'ru'], {
      description: 'Language of labels and names in mode `people`. Default: that of the caller.',
    }),
  ),
  encoding: Type.Optional(
    enumOf([...writtenEncodings], {
      description:
        'Encoding of the file. `utf-8-bom` begins with a byte order mark. Default: `utf-8-bom` in mode `people`, `utf-8` in mode `raw`. In mode `people` it can be `windows-1251`. Characters that this encoding lacks become `?`, and their number is in the trailer `Export-Characters-Replaced` or in the result of the job (`replaced`).',
    }),
  ),
  delimiter: Type.Optional(
    enumOf([...delimiters], {
      description:
        'Delimiter between cells. Default: a comma; in mode `people` for Russian, a semicolon, as Russian spreadsheets expect.',
    }),
  ),
  gzip: Type.Optional(Type.Boolean({ description: 'Compresses the file with gzip (`contacts-2026-11-23.csv.gz`).' })),
  view: Type.Optional(
    enumOf([...views], {
      description: 'The view of the records that the caller exports. Only `list` can be exported. Default: `list`.',
    }),
  ),
}

/** The parameters of an export: those of a list without paging, and the format of the file. */
export const ExportQuery = Type.Object(
  {
    q: ListQuery.properties.q,
    sort: ListQuery.properties.sort,
    fields: ListQuery.properties.fields,
    columns: Type.Optional(Type.String({ ...listText, description: columnsNote })),
    ...formatOptions,
  },
  { additionalProperties: false },
)
export type ExportQuery = Type.Static<typeof ExportQuery>

/** The parameters of an export with filter conditions. */
export const FilteredExportQuery = withFilter(ExportQuery)

/** The options of a file as they are given. */
export type FormatOptions = Omit<Pick<ExportQuery, keyof typeof formatOptions>, 'timeZone'>

/** A parsed export request. */
export interface ExportRequest {
  list: ListRequest
  columns: readonly string[] | undefined
  mode: ExportMode
  language: Language
  encoding: WrittenEncoding
  delimiter: Delimiter
  gzip: boolean
}

/** Returns the export that a query string describes. Labels are in the language of the caller by default. */
export function exportOfQuery(query: ExportQuery, language: Language): ExportRequest {
  const { mode, language: asked, encoding, delimiter, gzip, view, columns, ...list } = query
  // The export sets its own page size.
  return exportOf(listOfQuery({ ...list, limit: 1 }), namesOrNone(columns), query, language)
}

/** Returns the export of a list, with the defaults of what its format leaves out. */
export function exportOf(
  list: ListRequest,
  columns: readonly string[] | undefined,
  { mode = 'people', gzip = false, ...format }: FormatOptions,
  callerLanguage: Language,
): ExportRequest {
  const language = format.language ?? callerLanguage
  return {
    ...{ list, columns, mode, language, gzip },
    encoding: format.encoding ?? (mode === 'people' ? 'utf-8-bom' : 'utf-8'),
    delimiter: format.delimiter ?? usualDelimiter(mode, language),
  }
}

/** Returns the view that a request names, if it does. */
export function viewOf({ view }: FormatOptions, inBody: boolean): NamedView | undefined {
  return view && { view, at: inBody ? { pointer: '/view' } : { parameter: 'view' } }
}

/** Returns where a member of the request stands, for its faults. */
export function placeIn({ list }: ExportRequest, name: string) {
  return placeOf(list, name)
}

/** Returns the default delimiter. */
export function usualDelimiter(mode: ExportMode, language: Language): Delimiter {
  // A spreadsheet with Russian settings reads a comma as a decimal separator.
  return mode === 'people' && language === 'ru' ? ';' : ','
}
