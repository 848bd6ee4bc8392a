import { type CellFormat, type DateFormat, formatOfCountry, type NumberFormat } from '../cells/format.ts'
import { columnsOf } from '../columns/columns.ts'
import { mapHeader } from '../columns/header.ts'
import { normalizeName } from '../columns/name.ts'
import { isReasonColumn } from '../columns/reason-column.ts'
import type { Dialect } from '../csv/dialect.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { currencyColumn } from '../fields/kinds/currency-column.ts'
import { inPipeline } from '../fields/lookups.ts'
import type { Context } from '../fields/value.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { FindUser } from './people.ts'
import type { Readings } from './survey.ts'

/** The options of an import. */
export interface ImportOptions {
  dialect?: Partial<Pick<Dialect, 'encoding' | 'delimiter' | 'quote' | 'header'>>
  country?: string
  timeZone?: string
  nameOrder?: 'firstLast' | 'lastFirst'
  dateFormat?: DateFormat
  numberFormat?: NumberFormat
  /** Whether to create the companies of contacts that do not exist. Default: true. */
  createCompanies?: boolean
  /** Writes every row, reports its faults, and rolls it back. */
  dryRun?: boolean
}

/** A column of the file and its target. */
export interface PlannedColumn {
  index: number
  /** The name in the file. */
  name: string
  column: CsvColumn
  /** How its dates and numbers are written. */
  format: CellFormat
  /** The column for the currency of its amounts. Null for other columns. */
  currency: CsvColumn | null
}

/** The mapping of the rows of a file to records. */
export interface ImportPlan {
  grant: Grant
  context: Context
  /** The names of the file's columns. */
  header: readonly string[]
  columns: readonly PlannedColumn[]
  unmapped: readonly string[]
  /** Whether the file is an export of this API in raw mode. */
  isRaw: boolean
  /** The column that contains both first and last name. */
  fullName: { index: number; name: string; order: 'firstLast' | 'lastFirst' } | null
  /** The index of the column with the country of the address, used to parse phone numbers. */
  country: number | null
  /** The column with the pipeline. */
  pipeline: PlannedColumn | null
  /** The context of a row by its pipeline, the default pipeline first. Empty if the type has no stages. */
  inPipelines: ReadonlyMap<number, Context>
  findUser: FindUser
  options: ImportOptions
}

const fullNames = new Set(
  ['Имя, Фамилия', 'Фамилия, Имя', 'Имя и фамилия', 'ФИО', 'Полное имя', 'Name', 'Full name', 'Contact name'].map(
    normalizeName,
  ),
)

/** Maps the columns of a file to the fields that the caller can write. */
export function planImport(
  access: Access,
  typeCode: string,
  header: readonly string[],
  { options, findUser, readings }: { options: ImportOptions; findUser: FindUser; readings?: Readings | undefined },
): ImportPlan {
  const grant = access.grantFor(typeCode, 'import')
  const { columns: mapped } = mapHeader(header, grant.writable.values())
  const isPerson = grant.type.traits.has('person')
  const full = isPerson ? header.findIndex((name, index) => !mapped[index] && fullNames.has(normalizeName(name))) : -1
  const fullName = header[full]
  const usual = access.context(options.timeZone)
  const { lookups } = usual
  const context = { ...usual, countries: [options.country ?? lookups.settings.country] }
  const usualFormat = formatOfCountry(context.countries[0])
  const columns = header.flatMap((name, index) => {
    const column = mapped[index]
    const { dateOrder, decimalMark } = { ...usualFormat, ...readings?.[index] }
    if (!column) return []
    const currency = currencyColumn(column, grant.writable.values())
    return [{ index, name: name.trim(), column, format: { dateOrder, decimalMark }, currency }]
  })
  const country = columns.find(({ column }) => column.key === 'address.country')
  const pipelines = lookups.pipelines.get(grant.type.id) ?? []
  return {
    grant,
    context,
    inPipelines: new Map(pipelines.map((one) => [one.id, { ...context, lookups: inPipeline(lookups, one) }])),
    pipeline: columns.find(({ column }) => column.key === 'pipelineId') ?? null,
    header,
    columns,
    isRaw: isRawHeader(header, grant),
    unmapped: header.filter((name, index) => !mapped[index] && index !== full && name.trim() && !isReasonColumn(name)),
    fullName:
      fullName === undefined ? null : { index: full, name: fullName, order: options.nameOrder ?? usualOrder(fullName) },
    country: country?.index ?? null,
    findUser,
    options,
  }
}

/** Returns the name order that the column name suggests. */
function usualOrder(name: string): 'firstLast' | 'lastFirst' {
  return /^(фамилия|фио)/.test(normalizeName(name)) ? 'lastFirst' : 'firstLast'
}

/** Returns whether a header is that of an export in raw mode: it has only keys of columns, and no label is a key. */
function isRawHeader(header: readonly string[], { readable }: Grant): boolean {
  const keys = new Set(columnsOf(readable.values(), 'raw').map(({ key }) => key))
  return header.length > 0 && header.every((name) => keys.has(name))
}
