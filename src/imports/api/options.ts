import { isSupportedCountry } from 'libphonenumber-js/max'
import Type from 'typebox'
import { type DateFormat, dateFormats, type NumberFormat, numberFormats } from '../../cells/format.ts'
import { delimiters } from '../../csv/dialect.ts'
import { encodings } from '../../csv/encoding.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { isTimeZone } from '../../http/time-zone.ts'
import { namesOrNone } from '../../lists/list-of-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { enumOf, listText, noSpaces, nullable, ref, wrongNames } from '../../schema/build.ts'
import { duplicateActions, duplicateKeys } from '../matching/duplicates.ts'
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
      ...noSpaces,
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
  source: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: String.raw`^\S(.*\S)?$`,
      description:
        'Source of the external ids that the column `ID` contains. Default: the program whose column names the file has, as the preview says, or `csv`. Give it when files of one system have different columns.',
      examples: ['bitrix24'],
    }),
  ),
  nameOrder: Type.Optional(
    enumOf(['firstLast', 'lastFirst'], { description: 'Order of first and last name in a column that contains both.' }),
  ),
}

const createFields = Type.Boolean({
  description: 'Whether unknown columns with a name and filled cells become user fields. Default: false.',
})
const createEntries = Type.Boolean({
  description:
    'Whether unknown values of dictionaries become entries, and those of enumerations options. Default: false.',
})

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
const duplicateAction = enumOf([...duplicateActions], {
  description:
    'What happens to a row whose record exists already. `add` creates another record. `skip` leaves the row out. `replace` replaces the values of the record by the filled values of the row. `merge` fills only empty values, and adds phones, e-mails and links that are missing. Default: `add`.',
})
const duplicateKey = Type.String({ maxLength: 200 })
const keysNote =
  'Fields that are compared, such as `phones`, `emails`, `externalIds`, `name` (first and last name), `title` or `userFields.inn`. Records with an equal value in one of them are duplicates.'

const savedMapping = Type.Optional(
  Type.Integer({
    minimum: 1,
    description: 'Id of a saved mapping. Its options apply where the request has none.',
  }),
)

/** The names of the options in the query string, by their names in a form. */
const inQuery = {
  ...{ 'dialect.encoding': 'encoding', 'dialect.delimiter': 'delimiter', 'dialect.quote': 'quote' },
  ...{ 'dialect.header': 'header', 'duplicates.keys': 'duplicateKeys', 'duplicates.action': 'duplicateAction' },
  ...{ 'create.fields': 'createFields', 'create.entries': 'createEntries' },
}

/** The names that callers of a form may use in the query string: `dialect[header]`, `dialect.header` and `dialect`. */
const formNames = Object.fromEntries(
  Object.entries(inQuery)
    .toReversed()
    .flatMap(([path, name]) => {
      const [whole = '', member] = path.split('.')
      return [whole, path, `${whole}[${member}]`].map((one) => [one, name])
    }),
)

/** The names of options in the query string that callers may use in a form. */
const queryNames = Object.fromEntries(Object.entries(inQuery).map(([path, name]) => [name, path]))

/** The import options in the query string. */
export const ImportQuery = Type.Object(
  {
    encoding: Type.Optional(encoding),
    delimiter: Type.Optional(delimiter),
    quote: Type.Optional(quote),
    header: Type.Optional(header),
    ...common,
    duplicateAction: Type.Optional(duplicateAction),
    duplicateKeys: Type.Optional(Type.String({ ...listText, description: keysNote, examples: ['phones,emails'] })),
    keep: Type.Optional(
      enumOf(['ids'], {
        description:
          'Keeps the ids, versions and timestamps of an export in raw mode from another database, and its links to records that are imported later. Only for portal administrators, and only into a type without records.',
      }),
    ),
    createFields: Type.Optional(createFields),
    createEntries: Type.Optional(createEntries),
    savedMapping,
  },
  { additionalProperties: false, ...wrongNames(formNames) },
)
export type ImportQuery = Type.Static<typeof ImportQuery>

const { keep: _, ...previewed } = ImportQuery.properties

/** The parameters of a preview. */
export const PreviewQuery = Type.Object(
  {
    ...previewed,
    raw: Type.Boolean({
      default: false,
      description: 'Whether to return only the cells, as read and untrimmed. The file may have 1 MB at most.',
    }),
  },
  { additionalProperties: false, ...wrongNames(formNames) },
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
    create: Type.Optional(
      Type.Object(
        { fields: Type.Optional(createFields), entries: Type.Optional(createEntries) },
        {
          additionalProperties: false,
          description: 'What is created before the first row, as the preview lists it. Requires the settings right.',
        },
      ),
    ),
    defaults: Type.Optional({
      ...ref(RecordValues),
      description: 'Values of rows whose cells are empty or missing, as in the body of a new record.',
      examples: [{ responsibleId: 1, source: 'WEB' }],
    }),
    duplicates: Type.Optional(
      Type.Object(
        {
          keys: Type.Array(duplicateKey, {
            minItems: 1,
            maxItems: 20,
            description: keysNote,
            examples: [['phones', 'emails']],
          }),
          action: duplicateAction,
        },
        { additionalProperties: false, description: 'How rows are treated whose records exist already.' },
      ),
    ),
  },
  {
    $id: 'ImportOptions',
    additionalProperties: false,
    ...wrongNames(queryNames),
    description: 'Options of an import.',
  },
)

/** Returns the import options of a query string. Throws every fault in them. */
export function optionsOfQuery({
  duplicateAction,
  duplicateKeys: compared,
  savedMapping: _,
  createFields: fields,
  createEntries: entries,
  ...query
}: ImportQuery): ImportOptions {
  const { encoding, delimiter, quote, header, ...rest } = query
  const keys = namesOrNone(compared) ?? []
  if (keys.length && !duplicateAction) throw invalid([{ parameter: 'duplicateAction', code: 'required' }])
  if (duplicateAction && duplicateAction !== 'add' && !keys.length)
    throw invalid([{ parameter: 'duplicateKeys', code: 'required' }])
  const duplicates = duplicateAction && { keys, action: duplicateAction }
  const dialect = {
    ...(encoding && { encoding }),
    ...(delimiter && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(header !== undefined && { header }),
  }
  const faults = faultsOfOptions(rest, (name) => ({ parameter: name }))
  if (faults.length) throw invalid(faults)
  const create = { ...(fields !== undefined && { fields }), ...(entries !== undefined && { entries }) }
  return { ...rest, dialect, ...(duplicates && { duplicates }), ...(Object.keys(create).length && { create }) }
}

/** Returns a fault for an unknown country and for an unknown time zone. */
export function faultsOfOptions(
  { country, timeZone }: ImportOptions,
  at: (name: string) => Pick<Fault, 'pointer' | 'parameter'>,
): Fault[] {
  const faults: Fault[] = []
  if (country !== undefined && !isSupportedCountry(country)) faults.push({ ...at('country'), code: 'invalid_country' })
  if (timeZone !== undefined && !isTimeZone(timeZone)) faults.push({ ...at('timeZone'), code: 'invalid_time_zone' })
  return faults
}

/** Returns a fault for each key by which the caller cannot find duplicates. */
export function faultsOfDuplicates({ duplicates }: ImportOptions, grant: Grant, isInForm: boolean): Fault[] {
  if (!duplicates || duplicates.action === 'add') return []
  const known = duplicateKeys(grant)
  return duplicates.keys.flatMap((key, index): Fault[] => {
    if (known.includes(key)) return []
    const hint = nearest(key, known)
    const at = isInForm ? { pointer: `/duplicates/keys/${index}` } : { parameter: 'duplicateKeys' }
    return [{ ...at, code: 'unknown_value', allowed: known.slice(0, 100), ...(hint && { hint }) }]
  })
}
