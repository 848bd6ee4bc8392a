/** The columns that hold a field, in order. */
export interface ColumnMap {
  lastName: string[]
  firstName: string[]
  middleName: string[]
  title: string[]
  companies: string[]
  phones: string[]
  emails: string[]
  websites: string[]
  birthDate: string[]
  lines: string[]
  city: string[]
  region: string[]
  postalCode: string[]
  country: string[]
  /** Columns that an administrator would add: numbers that identify somebody. */
  extra: string[]
}

/** What a folder tells about a set. */
export interface SetDescription {
  entity: string
  kind: string
  truth: string
  /** The column of the source, if only pairs of different sources count. */
  link?: string
  fields: { name?: string[]; phone?: string[]; email?: string[]; number?: string[] }
}

/** Headers of other fields. They are the same for all sets. */
const headers: readonly (readonly [keyof ColumnMap, RegExp])[] = [
  ['birthDate', /^(birth_?da|dob|date_of_birth|born)/],
  ['companies', /^(company|employer|organi[sz]ation)$/],
  ['websites', /^(web|site$|url$|homepage)/],
  ['lines', /^(street|st_|addr|house|flat|apartment)/],
  ['city', /^(city|town|suburb|locality)/],
  ['region', /^(state|region|province)/],
  ['postalCode', /^(post|zip)/],
  ['country', /^country/],
]

/** Returns which columns of a set are which fields: what the folder tells, and the others by their headers. */
export function mapColumns({ entity, fields }: SetDescription, header: readonly string[]): ColumnMap {
  const { name = [], phone = [], email = [], number = [] } = fields
  const isPerson = entity === 'person'
  const map: ColumnMap = {
    ...{ lastName: [], firstName: [], middleName: [], title: isPerson ? [] : name, companies: [] },
    ...{ phones: phone, emails: email, websites: [], birthDate: [], extra: number },
    ...{ lines: [], city: [], region: [], postalCode: [], country: [] },
  }
  if (isPerson) for (const column of name) map[namePart(column)].push(column)
  const known = new Set([...name, ...phone, ...email, ...number])
  for (const column of header) {
    const field = known.has(column) ? undefined : headers.find(([, pattern]) => pattern.test(column))?.[0]
    if (field) map[field].push(column)
  }
  return map
}

function namePart(column: string): 'lastName' | 'firstName' | 'middleName' {
  if (/middle|second|patronymic/.test(column)) return 'middleName'
  return /first|given|forename/.test(column) ? 'firstName' : 'lastName'
}
