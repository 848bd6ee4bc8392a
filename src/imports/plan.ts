import { type CellFormat, type DateFormat, formatOfCountry, type NumberFormat } from '../cells/format.ts'
import { currencyOf } from '../cells/numbers.ts'
import { columnsOf } from '../columns/columns.ts'
import type { GivenColumn } from '../columns/given-mapping.ts'
import { everyday } from '../columns/known/everyday.ts'
import type { Dialect } from '../csv/dialect.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { currencyColumn } from '../fields/kinds/currency-column.ts'
import { inPipeline } from '../fields/lookups.ts'
import type { Context } from '../fields/value.ts'
import type { NameOrder } from '../names/name-order.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { type CopiedColumn, mapCopy } from './copies/map-copy.ts'
import type { ImportDefaults } from './defaults.ts'
import { type FileMapping, mapFile } from './map-file.ts'
import type { DuplicatePolicy } from './matching/duplicates.ts'
import type { CreateOptions, MissingEntries } from './missing/missing.ts'
import type { FindUser } from './people/find-users.ts'
import type { Readings } from './survey.ts'

/** The options of an import. */
export interface ImportOptions {
  dialect?: Partial<Pick<Dialect, 'encoding' | 'delimiter' | 'quote' | 'header'>>
  country?: string
  timeZone?: string
  nameOrder?: NameOrder
  /** The source of the external ids of the file. Default: the program that wrote it. */
  source?: string
  /** What columns of the file are used for. The others are matched by their names. */
  mapping?: GivenColumn[]
  /** The columns of a saved mapping, used where the file has them. */
  saved?: readonly GivenColumn[]
  dateFormat?: DateFormat
  numberFormat?: NumberFormat
  /** Whether to create the companies of contacts that do not exist. Default: true. */
  createCompanies?: boolean
  /** Which missing fields and entries are created. */
  create?: CreateOptions
  /** Values of rows whose cells are empty or missing. */
  defaults?: ImportDefaults
  duplicates?: DuplicatePolicy
  /** Whether ids and stamps of the file are kept. */
  keep?: 'ids'
  /** Writes every row, reports its faults, and rolls it back. */
  dryRun?: boolean
}

/** A column of the file and its target. */
export interface PlannedColumn {
  index: number
  /** The name in the file. */
  name: string
  column: CsvColumn
  /** Its place among the columns with the same key, from 0. Columns of the same place name the same linked record. */
  place: number
  /** A row uses the columns of one alternative of a field only. */
  alternative: string
  /** The column that says what the value is used for, and the targets by its words. */
  use: { index: number; columns: ReadonlyMap<string, CsvColumn> } | null
  /** How its dates and numbers are written. */
  format: CellFormat
  /** The column for the currency of its amounts. Null for other columns. */
  currency: CsvColumn | null
  /** The currency that its name says: `Amount, USD`. */
  unit: string | undefined
}

/** The mapping of the rows of a file to records. */
export interface ImportPlan extends FileMapping {
  grant: Grant
  context: Context
  columns: readonly PlannedColumn[]
  /** Whether the file is an export of this API in raw mode. */
  isRaw: boolean
  /** The column with the pipeline. */
  pipeline: PlannedColumn | null
  /** The context of a row by its pipeline, the default pipeline first. Empty if the type has no stages. */
  inPipelines: ReadonlyMap<number, Context>
  findUser: FindUser
  /** The job, if it is a dry run. */
  dryRunOf?: number | undefined
  options: ImportOptions
  /** Entries that only the import itself creates, if this is a dry run or a preview of it. */
  toCreate: readonly MissingEntries[]
  /** The columns with values that only the server sets otherwise, if the file is a copy of records. */
  kept: readonly CopiedColumn[] | null
}

/** What an import plan is made from. */
export interface PlanInput {
  options: ImportOptions
  findUser: FindUser
  /** The first rows of the file. */
  sample: readonly (readonly string[])[]
  /** How the columns are read, once the file has been looked through. */
  readings?: Readings | undefined
  toCreate?: readonly MissingEntries[] | undefined
}

/** Maps the columns of a file to the fields that the caller can write. Throws validation_failed for a wrong mapping. */
export function planImport(
  access: Access,
  typeCode: string,
  header: readonly string[],
  { options, findUser, sample, readings, toCreate = [] }: PlanInput,
): ImportPlan {
  const grant = access.grantFor(typeCode, 'import')
  if (options.keep) access.requireAdmin()
  const copy = options.keep ? mapCopy(grant, header) : null
  const mapping = copy ? copyMapping(header, copy.columns) : mapFile(grant, header, { options, sample })
  const usual = access.context(options.timeZone)
  const { lookups } = usual
  const context = { ...usual, countries: [options.country ?? lookups.settings.country] }
  const usualFormat = formatOfCountry(context.countries[0])
  const columns = mapping.columns.map((mapped) => {
    const reading: CellFormat = { ...usualFormat, ...readings?.[mapped.index] }
    const { dateOrder, decimalMark, isMixed = false, hasDayNumbers = false } = reading
    const currency = currencyColumn(mapped.column, grant.writable.values())
    return {
      ...mapped,
      format: { dateOrder, decimalMark, isMixed, hasDayNumbers },
      currency,
      unit: currency ? currencyOf(mapped.name) : undefined,
    }
  })
  const pipelines = lookups.pipelines.get(grant.type.id) ?? []
  return {
    ...mapping,
    grant,
    context,
    inPipelines: new Map(pipelines.map((one) => [one.id, { ...context, lookups: inPipeline(lookups, one) }])),
    pipeline: columns.find(({ column }) => column.key === 'pipelineId') ?? null,
    columns,
    isRaw: isRawHeader(header, grant),
    findUser,
    options,
    toCreate,
    kept: copy?.kept ?? null,
  }
}

function copyMapping(header: readonly string[], copied: readonly CopiedColumn[]): FileMapping {
  const columns = copied.map((one) => ({ ...one, place: 0, alternative: '', use: null }))
  const nothing = { proposed: [], unmapped: [], alternatives: new Map(), fullName: null, phoneCountries: {} }
  return { source: everyday.code, header, columns, ...nothing }
}

/** Returns whether a header is that of an export in raw mode: it has only keys of columns, and no label is a key. */
function isRawHeader(header: readonly string[], { readable }: Grant): boolean {
  const keys = new Set(columnsOf(readable.values(), 'raw').map(({ key }) => key))
  return header.length > 0 && header.every((name) => keys.has(name))
}
