import type { Api } from '../../api.ts'
import type { Random } from '../../storm/random.ts'
import type { Conversion } from './money.ts'
import type { Cell, Row, Table } from './table.ts'

type Call = ReturnType<Api['as']>

/** A cell as the server answers it. */
interface ServerCell {
  value: unknown
  compared?: unknown
  list?: { method: 'POST'; path: string; body: object }
}

/** A table as the server answers it. */
interface ServerTable {
  rows: { key: Record<string, unknown>; other?: true; cells: Record<string, ServerCell> }[]
  truncated: boolean
  totals: { cells: Record<string, ServerCell> }
}

/** Returns what the server answers if days have no rates. Nothing if no rate is missing. */
function missingRates({ missing }: Conversion): object[] | undefined {
  const list = [...missing].map(([currency, days]) => ({
    ...{ currency, days: [...days].sort().slice(0, 20), count: days.size },
  }))
  return missing.size ? list.sort((a, b) => (a.currency < b.currency ? -1 : 1)) : undefined
}

/**
 * Returns the first difference between an answer of the server and of the model, if there is one. A few cells are also
 * compared by the lists of their records.
 */
export async function differenceOf(
  call: Call,
  random: Random,
  { status, body }: { status: number; body: ServerTable & { missingRates?: object[] } },
  model: Table,
  conversion: Conversion,
  earlier?: Table,
): Promise<string | undefined> {
  const missing = missingRates(conversion)
  if (status !== 200 || missing)
    return missing && nameOf(body.missingRates) === nameOf(missing)
      ? undefined
      : `server ${status} ${nameOf(body)}\nmodel ${nameOf(missing)}`
  const byKey = (rows: readonly { key: object; other?: true }[]) => {
    const keys = rows.map(({ key, other }) => nameOf({ key, other }))
    return model.isOrdered ? keys : keys.sort()
  }
  if (nameOf(byKey(body.rows)) !== nameOf(byKey(model.rows)))
    return `rows: server ${nameOf(byKey(body.rows))}\nmodel ${nameOf(byKey(model.rows))}`
  if (body.truncated !== (model.truncated ?? false)) return `truncated: server ${body.truncated}`
  const rowOf = (key: object) => body.rows.find((row) => nameOf(row.key) === nameOf(key))!
  const pairs = model.rows.map((row, at) => [row, model.isOrdered ? body.rows[at]! : rowOf(row.key)] as const)
  const all = model.totals ? [...pairs, [{ key: { totals: true }, cells: model.totals }, body.totals] as const] : pairs
  const cells = all.flatMap(([row, other]) => cellsOf(row, other.cells))
  for (const { name, expected, cell } of cells)
    if (nameOf(cell?.value) !== nameOf(expected.value))
      return `${name}: server ${nameOf(cell?.value)}, model ${nameOf(expected.value)}`
  const compared = earlier && comparedDifference(body, earlier)
  if (compared) return compared
  for (const listed of cells.filter(({ cell }) => cell?.list && random.chance(2 / cells.length))) {
    const difference = await listDifference(call, listed)
    if (difference) return difference
  }
}

/** Returns the first cell with another value for the earlier period. */
function comparedDifference({ rows, totals }: ServerTable, earlier: Table): string | undefined {
  const all = [...rows, { key: { totals: true }, cells: totals.cells }]
  for (const [place, { key, cells }] of all.entries()) {
    const row = earlier.isAligned ? earlier.rows[place] : earlier.rows.find((one) => nameOf(one.key) === nameOf(key))
    const known = 'totals' in key ? earlier.totals : (row?.cells ?? earlier.empty)
    for (const [name, { compared }] of Object.entries(cells)) {
      const expected = known?.[name]?.value
      if (nameOf(compared) !== nameOf(expected))
        return `${nameOf(key)} ${name} before: server ${nameOf(compared)}, model ${nameOf(expected)}`
    }
  }
}

interface Compared {
  name: string
  expected: Cell
  cell: ServerCell | undefined
}

function cellsOf({ key, cells }: Row, server: Record<string, ServerCell>): Compared[] {
  const names = new Set([...Object.keys(cells), ...Object.keys(server)])
  return [...names].map((name) => ({
    name: `${nameOf(key)} ${name}`,
    expected: cells[name] ?? { value: 'no cell' },
    cell: server[name],
  }))
}

/** Compares the records of a cell. */
async function listDifference(call: Call, { name, expected, cell }: Compared): Promise<string | undefined> {
  const { path, body } = cell!.list!
  if (!expected.records) return `${name} lists records`
  const answer = await call('post', path, { ...body, sort: 'id', fields: ['id'], limit: 500 })
  const found = answer.status === 200 ? answer.body.data.map(({ id }: { id: number }) => id) : answer.body
  const known = expected.records.map(({ id }) => id).sort((a, b) => a - b)
  if (nameOf(found) !== nameOf(known))
    return `list of ${name}: server ${nameOf(found)}, model ${nameOf(known)}\n${nameOf(body)}`
}

/** Returns a value as text, with the members of objects in order. */
function nameOf(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  )
}
