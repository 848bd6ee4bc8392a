import type { Operation, Parameter } from './operations.ts'
import { randomValue, type Sources } from './values.ts'

/** A request, the same for every world. */
export interface Asked {
  method: Operation['method']
  url: string
  headers: Record<string, string>
  payload?: string
}

/** What earlier responses contained. */
export interface Seen {
  cursors: { path: string; cursor: string }[]
  etags: string[]
}

/** Returns a random request for an operation. Writes are only tried. */
export function requestOf(from: Sources, { method, path, parameters, body }: Operation, seen: Seen): Asked {
  const { random } = from
  const chosen = parameters.filter(
    ({ name, required }) => required || name === 'dryRun' || random.chance(chances[name] ?? 0.25),
  )
  const asksChanges = chosen.some(({ name }) => name === 'changedSince')
  const taken = chosen.filter(({ name }) => !asksChanges || !notOfChanges.has(name) || random.chance(0.05))
  const values = taken.map((parameter) => ({ ...parameter, value: parameterOf(from, parameter, path, seen) }))
  const inPath = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(String(values.find((one) => one.in === 'path' && one.name === name)?.value)),
  )
  const query = values.flatMap((one) =>
    one.in === 'query' && one.value !== undefined ? inQuery(one.name, one.value) : [],
  )
  const headers = values.flatMap((one) =>
    one.in === 'header' ? [[one.name, Buffer.from(String(one.value)).toString('latin1')]] : [],
  )
  const payload =
    body && (body.type === 'application/json' ? JSON.stringify(randomValue(from, body.schema)) : aTable(from))
  return {
    method,
    url: `${inPath}${query.length ? `?${query.join('&')}` : ''}`,
    headers: {
      ...Object.fromEntries(headers),
      'accept-language': random.pick(['en', 'ru']),
      ...(body && { 'content-type': body.type }),
    },
    ...(payload !== undefined && { payload }),
  }
}

/** How often a parameter is given, if not as often as others. */
const chances: Record<string, number> = {
  ...{ timing: 0.02, wait: 0, 'idempotency-key': 0.05, 'if-match': 0.1, range: 0.1, 'if-none-match': 0.1 },
  ...{ filter: 0.6, cursor: 0.15, changedSince: 0.15 },
}

/** Parameters of lists that changes do not have. */
const notOfChanges = new Set(['filter', 'q', 'sort', 'count', 'timeZone', 'cursor'])

function parameterOf(from: Sources, { name, schema }: Parameter, path: string, seen: Seen): unknown {
  const { random } = from
  if (name === 'dryRun') return true
  if (name === 'cursor') {
    const cursors = seen.cursors.filter((one) => one.path === path || random.chance(0.05))
    return cursors.length ? random.pick(cursors).cursor : undefined
  }
  if ((name === 'if-none-match' || name === 'if-match') && !schema.enum && seen.etags.length)
    return random.pick(seen.etags)
  const known = from.idsOf[path.split('/')[2]!]
  if (name === 'id' && known?.length && random.chance(0.9)) return random.pick(known)
  if (name === 'source' && random.chance(0.8)) return 'erp'
  if (name === 'idempotency-key') return `key ${random.below(1e9)}`
  if (name === 'code' && random.chance(0.9))
    return random.pick(['lead', 'deal', 'contact', 'company', 'quote', 'invoice'])
  if (name === 'field' || (schema.type === 'string' && name === 'fields')) {
    return random.pick([
      ...from.userFields,
      ...from.userFields.map((code) => `userFields.${code}`),
      'title',
      'contacts',
    ])
  }
  if (name === 'sort' && schema.type === 'string') return `-userFields.${random.pick(from.userFields)}`
  if (name === 'changedSince') return random.pick(['2020-01-31T00:00:00Z', '2020-01-31T00:00:00Z', 'now', 'yesterday'])
  if (name === 'timeZone') return random.pick(['Europe/Moscow', 'UTC', 'Mars'])
  return randomValue(from, schema, name)
}

/** Writes a value as a query string does. */
function inQuery(name: string, value: unknown): string[] {
  const [key, text] = [encodeURIComponent(name), (one: unknown) => encodeURIComponent(String(one))]
  if (Array.isArray(value)) return value.length ? [`${key}=${value.map(text).join()}`] : []
  if (value === null || typeof value !== 'object') return [`${key}=${text(value)}`]
  return Object.entries(value).flatMap(([member, inner]) => inQuery(`${name}[${member}]`, inner))
}

/** A table whose columns are seen, hidden and misspelt fields. */
function aTable({ random, userFields, samples, texts }: Sources): string {
  const names = [
    'title',
    'Last name',
    ...userFields,
    ...userFields.map((code) => code[0]!.toUpperCase() + code.slice(1)),
  ]
  const columns = ['title', 'firstName', ...Array.from({ length: 3 }, () => random.pick(names))]
  const cell = (name: string) =>
    String(random.pick(samples.get(name.toLowerCase()) ?? texts)).replaceAll(/[",\n]/g, ' ')
  const rows = Array.from({ length: 1 + random.below(2) }, () => columns.map(cell))
  return [columns, ...rows].map((row) => row.join()).join('\n')
}
