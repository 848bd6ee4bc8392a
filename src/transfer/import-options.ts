import { isSupportedCountry } from 'libphonenumber-js/max'
import Type from 'typebox'
import { delimiters } from '../csv/dialect.ts'
import { encodings } from '../csv/encoding.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isTimeZone } from '../http/time-zone.ts'
import { enumOf } from '../schema/build.ts'
import type { ImportOptions } from './import-plan.ts'

const encoding = enumOf([...encodings], { description: 'Encoding of the file; recognised when left out.' })
const delimiter = enumOf([...delimiters], { description: 'What separates cells; recognised when left out.' })
const quote = enumOf(['"', "'", ''], { description: 'What quotes cells, or nothing; recognised when left out.' })
const header = Type.Boolean({ description: 'Whether the first row names the columns; recognised when left out.' })
const common = {
  country: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}$',
      description: 'Country (ISO 3166) whose phone numbers stand without a code; that of the settings when left out.',
      examples: ['RU'],
    }),
  ),
  timeZone: Type.Optional(
    Type.String({
      maxLength: 60,
      description: "Zone of the file's moments; the one of the caller when left out.",
      examples: ['Europe/Moscow'],
    }),
  ),
  nameOrder: Type.Optional(
    enumOf(['firstLast', 'lastFirst'], { description: 'Order of the names where they stand in one column.' }),
  ),
}

/** How to read the file, in the query. */
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

/** The same in the part `options` of a form. */
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
        { additionalProperties: false, description: 'How the file is written.' },
      ),
    ),
    ...common,
  },
  { $id: 'ImportOptions', additionalProperties: false, description: 'How to read a file.' },
)

/** The options of a query. Throws what is wrong with them. */
export function optionsOfQuery({ encoding, delimiter, quote, header, ...rest }: ImportQuery): ImportOptions {
  const dialect = {
    ...(encoding && { encoding }),
    ...(delimiter && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(header !== undefined && { header }),
  }
  return checked({ ...rest, dialect }, (name) => ({ parameter: name }))
}

/** Options whose names mean something. Throws those that do not. */
export function checked(options: ImportOptions, at: (name: string) => Pick<Fault, 'pointer' | 'parameter'>) {
  const { country, timeZone } = options
  const faults: Fault[] = []
  if (country !== undefined && !isSupportedCountry(country)) faults.push({ ...at('country'), code: 'invalid_country' })
  if (timeZone !== undefined && !isTimeZone(timeZone)) faults.push({ ...at('timeZone'), code: 'invalid_time_zone' })
  if (faults.length) throw invalid(faults)
  return options
}
