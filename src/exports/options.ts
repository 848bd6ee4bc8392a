import Type from 'typebox'
import { type Delimiter, delimiters } from '../csv/dialect.ts'
import { type WrittenEncoding, writtenEncodings } from '../csv/write.ts'
import type { Language } from '../errors/language.ts'
import { listOfQuery } from '../records/api/list-of-query.ts'
import { ListQuery, withFilter } from '../records/api/requests.ts'
import type { ListRequest } from '../records/list/parse-list-request.ts'
import { enumOf } from '../schema/build.ts'
import type { ExportMode } from './columns.ts'

/** The parameters of an export: those of a list without paging, and the format of the file. */
export const ExportQuery = Type.Object(
  {
    q: ListQuery.properties.q,
    sort: ListQuery.properties.sort,
    fields: ListQuery.properties.fields,
    timeZone: Type.Optional(
      Type.String({
        maxLength: 60,
        description:
          "Time zone of the timestamps in the file and of words such as `today` in filters. Default: the caller's time zone.",
        examples: ['Europe/Moscow'],
      }),
    ),
    mode: enumOf(['people', 'raw'], {
      default: 'people',
      description:
        "`people` writes labels and names in the caller's language and puts an apostrophe before text that a spreadsheet would run as a formula. `raw` writes codes, ids and exact values.",
    }),
    encoding: Type.Optional(
      enumOf([...writtenEncodings], {
        description:
          'Encoding of the file. Default: `utf-8-bom` in mode `people`, `utf-8` in mode `raw`. Characters that windows-1251 lacks become `?`.',
      }),
    ),
    delimiter: Type.Optional(
      enumOf([...delimiters], {
        description:
          'Delimiter between cells. Default: a comma; in mode `people` for Russian, a semicolon, as Russian spreadsheets expect.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ExportQuery = Type.Static<typeof ExportQuery>

/** The parameters of an export with filter conditions. */
export const FilteredExportQuery = withFilter(ExportQuery)

/** A parsed export request. */
export interface ExportRequest {
  list: ListRequest
  mode: ExportMode
  encoding: WrittenEncoding
  delimiter: Delimiter | undefined
}

/** Returns the export that a query string describes. */
export function exportOfQuery({ mode, encoding, delimiter, ...list }: ExportQuery): ExportRequest {
  return {
    // The export sets its own page size.
    list: listOfQuery({ ...list, limit: 1 }),
    mode,
    encoding: encoding ?? (mode === 'people' ? 'utf-8-bom' : 'utf-8'),
    delimiter,
  }
}

/** Returns the default delimiter. */
export function usualDelimiter(mode: ExportMode, language: Language): Delimiter {
  // A spreadsheet with Russian settings reads a comma as a decimal separator.
  return mode === 'people' && language === 'ru' ? ';' : ','
}
