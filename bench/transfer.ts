import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { BulkChange } from './bulk.ts'
import { contactsFile } from './import-file.ts'
import { waitForJob } from './jobs.ts'
import { peakOf, resetPeak } from './measure.ts'
import type { ServerProcess } from './processes.ts'

/** The rate and peak memory of an import, an export or a baseline. */
export interface TransferRate {
  perSecond: number
  rows: number
  peak: number | null
  /** Import of many rows: its rate as a part of the rate of its first 100,000 rows. */
  kept?: number | null
}

/** The results of the selected transfers and bulk changes. */
export interface Transfers {
  import?: TransferRate
  floorImport?: TransferRate
  copy?: TransferRate
  export?: TransferRate
  floorExport?: TransferRate
  bulk?: BulkChange
}

const firstRows = 100_000

const headers = (key: string) => ({ authorization: `Bearer ${key}` })

/** Imports contacts through the API. */
export async function importContacts({ url, pid }: ServerProcess, key: string, rows: number): Promise<TransferRate> {
  await resetPeak(pid)
  const idle = peakOf(pid)
  const started = performance.now()
  const answer = await fetch(`${url}/v1/contacts/import`, upload(key, rows))
  let first: number | null = null
  const job = await waitForJob(answer, url, key, ({ done, rate }) => {
    if (done >= firstRows) first ??= rate
  })
  if (job.status !== 'completed' || job.result.created !== rows) throw new Error(`import: ${JSON.stringify(job)}`)
  const seconds = (performance.now() - started) / 1000
  const peak = peakOf(pid)
  const kept = first && rows >= 2 * firstRows && job.progress.rate ? job.progress.rate / first : null
  return { perSecond: rows / seconds, rows, peak: peak === null || idle === null ? peak : peak - idle, kept }
}

/** Imports the same file into the floor. */
export async function importToFloor({ url }: ServerProcess, key: string, rows: number): Promise<TransferRate> {
  const started = performance.now()
  const answer = await fetch(`${url}/contacts/import`, upload(key, rows))
  const { created } = (await answer.json()) as { created?: number }
  if (created !== rows) throw new Error(`import to the floor: ${answer.status}`)
  return { perSecond: (rows / (performance.now() - started)) * 1000, rows, peak: null }
}

function upload(key: string, rows: number): RequestInit {
  return {
    method: 'POST',
    headers: { ...headers(key), 'content-type': 'text/csv' },
    body: Readable.toWeb(Readable.from(contactsFile(rows)).map((text: string) => Buffer.from(text))) as never,
    duplex: 'half',
  } as never
}

/** The tables that an import fills, each with its column of record ids. */
const filled = [
  { table: 'contact', key: 'id', where: 'id > $1' },
  { table: 'communication', key: 'record_id', where: 'type_id = 3 and record_id > $1' },
  { table: 'history', key: 'record_id', where: 'type_id = 3 and record_id > $1' },
]

/** Copies the rows of the last import into the same tables under new ids: the baseline of an import. */
export async function copyImported(pool: pg.Pool, folder: string, rows: number): Promise<TransferRate> {
  const { rows: ends } = await pool.query<{ last: string }>('select max(id) - $1::bigint * 2 as last from contact', [
    rows,
  ])
  const last = Number(ends[0]!.last)
  const shift = rows * 2
  const files: { table: string; columns: string; path: string }[] = []
  const client = await pool.connect()
  try {
    for (const { table, key, where } of filled) {
      const { rows: names } = await client.query<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''
         and not (attname = 'id' and $1 <> 'contact')`,
        [table],
      )
      const columns = names.map(({ name }) => `"${name}"`)
      const shifted = columns.map((name) => (name === `"${key}"` ? `${name} + ${shift}` : name))
      const path = `${folder}/${table}.copy`
      const select = `select ${shifted} from ${table} where ${where.replace('$1', String(last))}`
      await pipeline(client.query(copyTo(`copy (${select}) to stdout`)), createWriteStream(path))
      files.push({ table, columns: columns.join(), path })
    }
    const started = performance.now()
    for (const { table, columns, path } of files) {
      await pipeline(createReadStream(path), client.query(copyFrom(`copy ${table} (${columns}) from stdin`)))
    }
    await client.query(`select setval(pg_get_serial_sequence('contact', 'id'), (select max(id) from contact))`)
    return { perSecond: (rows / (performance.now() - started)) * 1000, rows, peak: null }
  } finally {
    client.release()
  }
}

/** Exports all contacts of Kartoteka or of the floor. */
export async function exportContacts({ url, pid }: ServerProcess, path: string, key: string): Promise<TransferRate> {
  await resetPeak(pid)
  const started = performance.now()
  const answer = await fetch(url + path, { headers: headers(key) })
  if (answer.status !== 200) throw new Error(`export: ${answer.status}`)
  const rows = await linesOf(answer.body as never)
  return { perSecond: ((rows - 1) / (performance.now() - started)) * 1000, rows: rows - 1, peak: peakOf(pid) }
}

async function linesOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let lines = 0
  for await (const chunk of body) for (const byte of chunk) if (byte === 10) lines++
  return lines
}
