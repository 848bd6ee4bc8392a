import { mapHeader } from '../columns/header.ts'
import { normalizeName } from '../columns/name.ts'
import type { Dialect } from '../csv/dialect.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { inPipeline } from '../fields/lookups.ts'
import type { Context } from '../fields/value.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import type { FindUser } from './people.ts'

/** The options of an import. */
export interface ImportOptions {
  dialect?: Partial<Pick<Dialect, 'encoding' | 'delimiter' | 'quote' | 'header'>>
  country?: string
  timeZone?: string
  nameOrder?: 'firstLast' | 'lastFirst'
  /** Writes every row, reports its faults, and rolls it back. */
  dryRun?: boolean
}

/** A column of the file and its target. */
export interface PlannedColumn {
  index: number
  /** The name in the file. */
  name: string
  column: CsvColumn
}

/** The mapping of the rows of a file to records. */
export interface ImportPlan {
  grant: Grant
  context: Context
  /** The names of the file's columns. */
  header: readonly string[]
  columns: readonly PlannedColumn[]
  unmapped: readonly string[]
  /** The column that contains both first and last name. */
  fullName: { index: number; name: string; order: 'firstLast' | 'lastFirst' } | null
  /** The index of the column with the country of the address, used to parse phone numbers. */
  country: number | null
  /** The column with the pipeline. */
  pipeline: PlannedColumn | null
  /** The context of a row by its pipeline, the default pipeline first. Empty if the type has no stages. */
  inPipelines: ReadonlyMap<number, Context>
  findUser: FindUser
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
  { options, findUser }: { options: ImportOptions; findUser: FindUser },
): ImportPlan {
  const grant = access.grantFor(typeCode, 'import')
  const { columns: mapped } = mapHeader(header, grant.writable.values())
  const columns = header.flatMap((name, index) => {
    const column = mapped[index]
    return column ? [{ index, name: name.trim(), column }] : []
  })
  const isPerson = grant.type.traits.has('person')
  const full = isPerson ? header.findIndex((name, index) => !mapped[index] && fullNames.has(normalizeName(name))) : -1
  const fullName = header[full]
  const country = columns.find(({ column }) => column.key === 'address.country')
  const usual = access.context(options.timeZone)
  const { lookups } = usual
  const context = { ...usual, countries: [options.country ?? lookups.settings.country] }
  const pipelines = lookups.pipelines.get(grant.type.id) ?? []
  return {
    grant,
    context,
    inPipelines: new Map(pipelines.map((one) => [one.id, { ...context, lookups: inPipeline(lookups, one) }])),
    pipeline: columns.find(({ column }) => column.key === 'pipelineId') ?? null,
    header,
    columns,
    unmapped: header.filter((name, index) => !mapped[index] && index !== full && name.trim()),
    fullName:
      fullName === undefined ? null : { index: full, name: fullName, order: options.nameOrder ?? usualOrder(fullName) },
    country: country?.index ?? null,
    findUser,
  }
}

/** Returns the name order that the column name suggests. */
function usualOrder(name: string): 'firstLast' | 'lastFirst' {
  return /^(фамилия|фио)/.test(normalizeName(name)) ? 'lastFirst' : 'firstLast'
}
