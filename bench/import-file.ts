import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { importText } from './floor-statements.ts'
import type { ServerProcess } from './processes.ts'

/** A user field that the import fills: its kind, its label, and the type of its column in the floor. */
const userFields = [
  { code: 'bench_segment', kind: 'enumeration', label: 'Сегмент клиента', type: 'text' },
  { code: 'bench_office', kind: 'string', label: 'Офис обслуживания', type: 'text' },
  { code: 'bench_orders', kind: 'integer', label: 'Заказов в год', type: 'integer' },
  { code: 'bench_discount', kind: 'decimal', label: 'Персональная скидка', type: 'numeric' },
  { code: 'bench_since', kind: 'date', label: 'Клиент с', type: 'date' },
] as const
const segments = ['Малый', 'Средний', 'Крупный']

const columns = [
  ...['Имя', 'Отчество', 'Фамилия', 'Должность', 'Рабочий телефон', 'Мобильный телефон', 'Рабочий e-mail', 'Город'],
  ...['Источник', 'Комментарий'],
]

/** Yields a CSV file of contacts as spreadsheets write it: 15 columns, 5 of them user fields. */
export async function* contactsFile(rows: number): AsyncGenerator<string> {
  yield `${[...columns, ...userFields.map(({ label }) => label)].join(';')}\r\n`
  for (let start = 0; start < rows; start += 1000) {
    let text = ''
    for (let n = start; n < Math.min(rows, start + 1000); n++) text += `${cellsOf(n).join(';')}\r\n`
    yield text
  }
}

function cellsOf(n: number): (string | number)[] {
  const seven = String(n).padStart(7, '0')
  return [
    ...['Олег', 'Иванович', `Импортов ${n}`, `менеджер ${n % 500}`, `8 (843) ${seven}`, `8 (917) ${seven}`],
    ...[`import${n}@vector.example`, 'Казань', 'WEB', `Встреча ${n % 1000}`],
    ...[segments[n % 3]!, `офис ${n % 40}`, n % 90, `${n % 30}.5`, `20${10 + (n % 15)}-0${1 + (n % 9)}-15`],
  ]
}

/** Adds the user fields that the file fills, and their columns to the floor. Waits for the indexes of the fields. */
export async function addImportedFields({ url }: ServerProcess, pool: pg.Pool, key: string): Promise<void> {
  for (const { code, kind, label } of userFields) {
    const options = kind === 'enumeration' && segments.map((label, index) => ({ code: `s${index}`, label }))
    const answer = await fetch(`${url}/v1/types/contact/fields`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        code,
        kind,
        label,
        ...(options && { options }),
        ...(kind === 'string' && { searchable: false }),
      }),
    })
    if (answer.status !== 201) throw new Error(await answer.text())
  }
  const open = `select from pgboss.job where name = 'index-fields' and state in ('created', 'retry', 'active')`
  while ((await pool.query(open)).rowCount) await pause(100)
  const added = [...userFields.map(({ code, type }) => `${code} ${type}`), 'middle_name text', 'comment text']
  await pool.query(`alter table floor_contact ${added.map((column) => `add column ${column}`)}`)
}

/** The statement by which the floor imports the file. */
export const floorImportText = importText([
  ...['first_name', 'middle_name', 'last_name', 'position', 'phone', 'mobile', 'email', 'city', 'source', 'comment'],
  ...userFields.map(({ code }) => code),
])
