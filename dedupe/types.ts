/** What of a record type matters for duplicates. */
export interface RecordType {
  code: string
  plural: string
  /** Whether the type has a field that is compared. */
  has(path: string): boolean
  /** Whether a field has one value. */
  isSingle(path: string): boolean
}

const contactPaths = ['phones', 'emails', 'websites', 'address.lines', 'address.city', 'address.postalCode']
const personPaths = ['lastName', 'firstName', 'middleName', 'birthDate', ...contactPaths]

/** The compared fields of the types that sets are loaded into. */
const paths: Readonly<Record<string, readonly string[]>> = {
  contacts: [...personPaths, 'companies'],
  leads: [...personPaths, 'companyTitle'],
  companies: ['title', ...contactPaths],
}

const codes: Readonly<Record<string, string>> = { contacts: 'contact', leads: 'lead', companies: 'company' }
const lists = ['phones', 'emails', 'websites', 'companies']

/** Returns the type that a set is loaded into. */
export function typeOf(set: string, entity: string): RecordType {
  const plural = entity === 'person' ? (set.includes('lead') ? 'leads' : 'contacts') : 'companies'
  return {
    code: codes[plural]!,
    plural,
    has: (path) => paths[plural]!.includes(path),
    isSingle: (path) => !lists.includes(path),
  }
}
