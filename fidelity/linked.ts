import type { Api, ApiRecord } from './api.ts'
import type { ExpectedRecord } from './expected.ts'
import type { TypedFolder } from './folders.ts'

/** What the values of records refer to. */
export interface Linked {
  companyTitles: ReadonlyMap<number, string>
  contactNames: ReadonlyMap<number, string>
  /** The labels of dictionary entries, in both languages, by `dictionary/code`. */
  labels: ReadonlyMap<string, readonly string[]>
}

/** Types whose records name companies and contacts that exist already. */
const naming: ReadonlySet<string> = new Set(['deals', 'leads'])

/** Imports the companies and contacts that the rows name, if they refer to existing ones. */
export async function importNamed(
  api: Api,
  { plural }: TypedFolder,
  expected: readonly ExpectedRecord[],
): Promise<void> {
  if (!naming.has(plural)) return
  const distinct = (field: string) => [...new Set(expected.flatMap((one) => (one[field] ? [String(one[field])] : [])))]
  const companies = distinct('company').map((title) => [title])
  const contacts = distinct('contact').map((name) => [name.split(' ')[0]!, name.split(' ').slice(1).join(' ')])
  if (companies.length) await api.import('companies', csvOf(['title'], companies))
  if (contacts.length) await api.import('contacts', csvOf(['firstName', 'lastName'], contacts))
}

function csvOf(header: string[], rows: string[][]): Buffer {
  const line = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')
  return Buffer.from([header, ...rows].map(line).join('\r\n'))
}

/** Reads what the values of records refer to. */
export async function readLinked(api: Api): Promise<Linked> {
  const companies = await api.all('companies')
  const contacts = await api.all('contacts')
  const labels = new Map<string, string[]>()
  for (const dictionary of ['INDUSTRY', 'EMPLOYEES']) {
    type Entries = { data: { code: string; label: { en: string; ru: string } }[] }
    const { data } = await api.get<Entries>(`/v1/dictionaries/${dictionary}/entries?labels=all`)
    for (const { code, label } of data) labels.set(`${dictionary}/${code}`, [label.en, label.ru])
  }
  return {
    companyTitles: new Map(companies.map(({ id, title }) => [id, String(title)])),
    contactNames: new Map(contacts.map((one) => [one.id, nameOf(one)])),
    labels,
  }
}

/** Returns the first and last name of a record. */
export function nameOf({ firstName, lastName }: ApiRecord): string {
  return [firstName, lastName].filter(Boolean).join(' ')
}
