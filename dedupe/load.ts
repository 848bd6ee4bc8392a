import { stringify } from 'csv-stringify/sync'
import type { Api } from '../fidelity/api.ts'
import type { ComparedRecord } from '../src/duplicates/comparison/compared-record.ts'
import type { KnownSet } from './sets.ts'

/** The fields of records by the headers of the imported file. Values of lists are separated as in exports. */
const columns: Readonly<Record<string, (record: ComparedRecord) => string | null | undefined>> = {
  ID: ({ id }) => String(id),
  lastName: (record) => record.lastName,
  firstName: (record) => record.firstName,
  middleName: (record) => record.middleName,
  title: (record) => record.title,
  companies: (record) => record.companies[0],
  companyTitle: (record) => record.companies[0],
  phones: ({ phones }) => phones.join(', '),
  emails: ({ emails }) => emails.join(', '),
  websites: ({ websites }) => websites.join(', '),
  birthDate: (record) => record.birthDate,
  'address.lines': ({ address }) => address?.lines,
  'address.city': ({ address }) => address?.city,
  'address.region': ({ address }) => address?.region,
  'address.postalCode': ({ address }) => address?.postalCode,
  'address.country': ({ address }) => address?.country,
}

/**
 * Imports the records of a set into an empty base, with its identifying columns as user fields that are compared. Returns
 * the place of each record in the set by its id.
 */
export async function loadSet(
  api: Api,
  { type, columns: known }: KnownSet,
  records: readonly ComparedRecord[],
): Promise<Map<number, number>> {
  const { plural, code } = type
  const extra = known.extra.map((_, index) => `identifier_${index}`)
  for (const field of extra) {
    await api.write('POST', `/v1/types/${code}/fields`, { code: field, kind: 'string', label: field })
  }
  const fields = extra.map((field) => `userFields.${field}`)
  if (fields.length) await api.write('PUT', `/v1/${plural}/duplicates/settings`, { fields })
  const job = await api.import(plural, fileOf(records, plural, fields))
  // Records without anything to identify them are refused. They stay on their own.
  if (job.status === 'failed') throw new Error(`${plural}: ${JSON.stringify(job)}`)
  const loaded = await api.all(plural)
  return new Map(loaded.map(({ id, externalIds }) => [id, Number((externalIds as { key: string }[])[0]!.key)]))
}

function fileOf(records: readonly ComparedRecord[], plural: string, extra: readonly string[]): Buffer {
  const filled = Object.entries(columns).filter(([name, value]) => isLoaded(name, plural) && records.some(value))
  const header = [...filled.map(([name]) => name), ...extra]
  const rows = records.map((record) => [
    ...filled.map(([, value]) => value(record)),
    ...extra.map((_, index) => record.extra[index]?.[0]),
  ])
  return Buffer.from(stringify([header, ...rows]))
}

function isLoaded(column: string, plural: string): boolean {
  if (column === 'companies') return plural === 'contacts'
  return column !== 'companyTitle' || plural === 'leads'
}
