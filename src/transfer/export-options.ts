import Type from 'typebox'
import { delimiters } from '../csv/dialect.ts'
import { type WrittenEncoding, writtenEncodings } from '../csv/write.ts'
import type { Language } from '../errors/language.ts'
import { listOfQuery } from '../records/api/list-of-query.ts'
import { ListQuery, withFilter } from '../records/api/requests.ts'
import type { ListRequest } from '../records/list/parse-list-request.ts'
import { enumOf } from '../schema/build.ts'
import type { ExportMode } from './export-columns.ts'

/** What separates the cells of a file. */
export type Delimiter = (typeof delimiters)[number]

/** The parameters of an export: those of a list without its pages, and how the file is written. */
export const ExportQuery = Type.Object(
  {
    q: ListQuery.properties.q,
    sort: ListQuery.properties.sort,
    fields: ListQuery.properties.fields,
    timeZone: Type.Optional(
      Type.String({
        maxLength: 60,
        description:
          'Zone in which moments are written and words such as `today` are understood; the one of the caller when left out.',
        examples: ['Europe/Moscow'],
      }),
    ),
    mode: enumOf(['people', 'raw'], {
      default: 'people',
      description:
        "`people` writes labels and names in the caller's language and puts an apostrophe before text that a spreadsheet would run; `raw` writes codes and ids, and every value exactly.",
    }),
    encoding: Type.Optional(
      enumOf([...writtenEncodings], {
        description:
          'Encoding of the file; `utf-8-bom` for people and `utf-8` in raw mode when left out. What windows-1251 has no sign for becomes `?`.',
      }),
    ),
    delimiter: Type.Optional(
      enumOf([...delimiters], {
        description:
          'What separates cells; when left out a comma, or a semicolon for people who read Russian, as their spreadsheets expect.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ExportQuery = Type.Static<typeof ExportQuery>

/** The parameters with conditions among them. */
export const FilteredExportQuery = withFilter(ExportQuery)

/** An export that was asked for. */
export interface ExportRequest {
  list: ListRequest
  mode: ExportMode
  encoding: WrittenEncoding
  delimiter: Delimiter | undefined
}

/** The export that a query string asks for. */
export function exportOfQuery({ mode, encoding, delimiter, ...list }: ExportQuery): ExportRequest {
  return {
    // How many records a page has is the file's own business.
    list: listOfQuery({ ...list, limit: 1 }),
    mode,
    encoding: encoding ?? (mode === 'people' ? 'utf-8-bom' : 'utf-8'),
    delimiter,
  }
}

/** What separates cells where nothing else was asked for. */
export function usualDelimiter(mode: ExportMode, language: Language): Delimiter {
  // A spreadsheet set to Russian takes a comma for part of a number.
  return mode === 'people' && language === 'ru' ? ';' : ','
}
