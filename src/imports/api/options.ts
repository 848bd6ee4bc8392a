import { isSupportedCountry } from 'libphonenumber-js/max'
import Type from 'typebox'
import { type DateFormat, dateFormats, type NumberFormat, numberFormats } from '../../cells/format.ts'
import { delimiters } from '../../csv/dialect.ts'
import { encodings } from '../../csv/encoding.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { isTimeZone } from '../../http/time-zone.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import type { ImportOptions } from '../plan.ts'
import { RecordValues } from './record-values.ts'

const encoding = enumOf([...encodings], { description: 'Encoding of the file. Default: detected.' })
const delimiter = enumOf([...delimiters], { description: 'Delimiter between cells. Default: detected.' })
const quote = enumOf(['"', "'", ''], {
  description: 'Quote character, or an empty string if cells are not quoted. Default: detected.',
})
const header = Type.Boolean({ description: 'Whether the first row contains the column names. Default: detected.' })
const common = {
  country: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}$',
      description: 'Country (ISO 3166) of phone numbers without a country code. Default: the country of the settings.',
      examples: ['RU'],
    }),
  ),
  timeZone: Type.Optional(
    Type.String({
      maxLength: 60,
      description: "Time zone of the timestamps in the file. Default: the caller's time zone.",
      examples: ['Europe/Moscow'],
    }),
  ),
  dateFormat: Type.Optional(
    enumOf(Object.keys(dateFormats) as DateFormat[], {
      description: 'Order of day, month and year in all dates, with any separator. Default: detected for each column.',
    }),
  ),
  numberFormat: Type.Optional(
    enumOf(Object.keys(numberFormats) as NumberFormat[], {
      description: 'Decimal mark of all numbers. Default: detected for each column.',
    }),
  ),
  createCompanies: Type.Optional(
    Type.Boolean({
      description:
        'Whether an import of contacts creates the companies that it names and that do not exist. Default: true.',
    }),
  ),
  nameOrder: Type.Optional(
    enumOf(['firstLast', 'lastFirst'], { description: 'Order of first and last name in a column that contains both.' }),
  ),
}

const mapping = Type.Array(
  Type.Object(
    {
      column: Type.Union([Type.String({ maxLength: 1000 }), Type.Integer({ minimum: 0, maximum: 1_000_000 })], {
        description: 'Name of the column or, if several have this name, its position from 0.',
        examples: ['Phone'],
      }),
      field: nullable(Type.String({ maxLength: 200 }), {
        description: 'What the column contains, as the preview names it: `phones.mobile`. Null to ignore the column.',
        examples: ['phones.mobile'],
      }),
    },
    { additionalProperties: false },
  ),
  {
    maxItems: 2000,
    description: 'What columns of the file are used for. The other columns are matched by their names.',
  },
)

/** The import options in the query string. */
export const ImportQuery = Type.Object(
  {
    encoding: Type.Optional(encoding),
    delimiter: Type.Optional(delimiter),
    quote: Type.Optional(quote),
    header: Type.Optional(header),
    ...common,
  },
  { additionalProperties: false },
)
export type ImportQuery = Type.Static<typeof ImportQuery>

/** The parameters of a preview. */
export const PreviewQuery = Type.Object(
  {
    ...ImportQuery.properties,
    raw: Type.Boolean({
      default: false,
      description: 'Whether to return only the cells, as read and untrimmed. The file may have 1 MB at most.',
    }),
  },
  { additionalProperties: false },
)

/** The import options in the part `options` of a form. */
export const ImportOptionsPart = Type.Object(
  {
    dialect: Type.Optional(
      Type.Object(
        {
          encoding: Type.Optional(encoding),
          delimiter: Type.Optional(delimiter),
          quote: Type.Optional(quote),
          header: Type.Optional(header),
        },
        { additionalProperties: false, description: 'CSV format of the file.' },
      ),
    ),
    mapping: Type.Optional(mapping),
    ...common,
    defaults: Type.Optional({
      ...ref(RecordValues),
      description: 'Values of rows whose cells are empty or missing, as in the body of a new record.',
      examples: [{ responsibleId: 1, source: 'WEB' }],
    }),
  },
  { $id: 'ImportOptions', additionalProperties: false, description: 'Options of an import.' },
)

/** Returns the import options of a query string. Throws every fault in them. */
export function optionsOfQuery({ encoding, delimiter, quote, header, ...rest }: ImportQuery): ImportOptions {
  const dialect = {
    ...(encoding && { encoding }),
    ...(delimiter && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(header !== undefined && { header }),
  }
  return checkOptions({ ...rest, dialect }, (name) => ({ parameter: name }))
}

/** Returns the options unchanged. Throws a fault for an unknown country or time zone. */
export function checkOptions(options: ImportOptions, at: (name: string) => Pick<Fault, 'pointer' | 'parameter'>) {
  const { country, timeZone } = options
  const faults: Fault[] = []
  if (country !== undefined && !isSupportedCountry(country)) faults.push({ ...at('country'), code: 'invalid_country' })
  if (timeZone !== undefined && !isTimeZone(timeZone)) faults.push({ ...at('timeZone'), code: 'invalid_time_zone' })
  if (faults.length) throw invalid(faults)
  return options
}
