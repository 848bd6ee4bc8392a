import type { Dialect } from '../csv/dialect.ts'
import type { CsvColumn } from '../fields/kind.ts'
import type { Context } from '../fields/value.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { folded, mapHeader } from './columns.ts'
import type { FindUser } from './import-people.ts'

/** What the one who imports says about the file. */
export interface ImportOptions {
  dialect?: Partial<Pick<Dialect, 'encoding' | 'delimiter' | 'quote' | 'header'>>
  country?: string
  timeZone?: string
  nameOrder?: 'firstLast' | 'lastFirst'
  /** Every row is written, told of, and taken back. */
  dryRun?: boolean
}

/** A column of the file and where its cells go. */
export interface PlannedColumn {
  index: number
  /** As the file writes it. */
  name: string
  column: CsvColumn
}

/** How the rows of a file become records. */
export interface ImportPlan {
  grant: Grant
  context: Context
  /** The names of the file's columns. */
  header: readonly string[]
  columns: readonly PlannedColumn[]
  unmapped: readonly string[]
  /** The column that holds first and last name in one. */
  fullName: { index: number; name: string; order: 'firstLast' | 'lastFirst' } | null
  /** The column with the country of the address, which tells how phones are written. */
  country: number | null
  findUser: FindUser
}

const fullNames = new Set(
  ['Имя, Фамилия', 'Фамилия, Имя', 'Имя и фамилия', 'ФИО', 'Полное имя', 'Name', 'Full name', 'Contact name'].map(
    folded,
  ),
)

/** Decides where the columns of a file go, for the caller's fields of the type. */
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
  const full = isPerson ? header.findIndex((name, index) => !mapped[index] && fullNames.has(folded(name))) : -1
  const fullName = header[full]
  const country = columns.find(({ column }) => column.key === 'address.country')
  const context = access.context(options.timeZone)
  return {
    grant,
    context: { ...context, countries: [options.country ?? context.lookups.settings.country] },
    header,
    columns,
    unmapped: header.filter((name, index) => !mapped[index] && index !== full && name.trim()),
    fullName:
      fullName === undefined ? null : { index: full, name: fullName, order: options.nameOrder ?? usualOrder(fullName) },
    country: country?.index ?? null,
    findUser,
  }
}

/** The name of the column tells its order, if it names both. */
function usualOrder(name: string): 'firstLast' | 'lastFirst' {
  return /^(фамилия|фио)/.test(folded(name)) ? 'lastFirst' : 'firstLast'
}
