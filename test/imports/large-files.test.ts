import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { end, type ServerProcess, start, urlOf } from '../server-process.ts'

/** Megabytes of the large files, and rows of the long one. `npm run test:large` sends larger files. */
const megabytes = Number(process.env.LARGE_MB ?? 30)
const manyRows = Number(process.env.LARGE_ROWS ?? 0)
/** Most memory of the server, in megabytes, whatever the size of the file. It needs 240 to 311, more on a busy machine. */
const most = 350
const key = 'kt_large_files_administrator_key'

let database: TestDatabase
let folder: string
let url: string
const started: ServerProcess[] = []
beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-large-'))
  const env = { DATABASE_URL: urlOf(database.connection), DATA_DIR: folder, ADMIN_KEY: key }
  // The first start in a new folder compiles the code, and every later one has it in a cache and needs 20 MB less.
  const first: ServerProcess[] = []
  await start(env, [], first)
  await end(first[0]!)
  url = await start(env, [], started)
})
afterAll(async () => {
  await end(started[0]!)
  await database.close()
  await rm(folder, { recursive: true })
})

const patience = 60_000 + megabytes * 2000 + manyRows * 3
const mega = 1_000_000
const tooLong = /^(cell|row)_too_long$/

/** Sends a file and returns the problem of the request, or the job when it is over. */
async function outcomeOf(text: Iterable<string>) {
  const headers = { authorization: `Bearer ${key}` }
  const body = Readable.toWeb(Readable.from(text).map((part: string) => Buffer.from(part))) as never
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'text/csv' }, body, duplex: 'half' }
  const answer = await fetch(`${url}/v1/contacts/import`, init as never)
  let job = (await answer.json()) as { id: number; status: string; code?: string; errorCode?: string; error: string }
  if (answer.status !== 202) return { status: answer.status, code: job.code }
  while (['queued', 'running'].includes(job.status)) {
    job = (await (await fetch(`${url}/v1/jobs/${job.id}?wait=30`, { headers })).json()) as typeof job
  }
  return job
}

function* repeated(head: string, part: string, size: number, tail = ''): Generator<string> {
  yield head
  const piece = part.repeat(Math.ceil(100_000 / part.length))
  for (let sent = 0; sent < size; sent += piece.length) yield piece
  yield tail
}

const onLinux = process.platform === 'linux' ? it : it.skip
/** The server has never used more memory than it may. */
function expectFlat(): void {
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${started[0]!.pid}/status`, 'utf8'))?.[1]) / 1024
  expect(peak).toBeLessThan(most)
}

onLinux(
  'refuses a single line of many megabytes',
  async () => {
    const job = await outcomeOf(repeated('lastName\n', 'abcdefghij', megabytes * mega))
    expect(job).toMatchObject({ status: 'failed', errorCode: expect.stringMatching(tooLong) })
    const cells = await outcomeOf(repeated('lastName,comment\n', 'abcd,', megabytes * mega))
    expect(cells).toMatchObject({ status: 'failed', errorCode: 'row_too_long' })
    expectFlat()
  },
  patience,
)

onLinux(
  'refuses a cell of 10 MB, with or without an end',
  async () => {
    const closed = await outcomeOf(repeated('lastName,comment\nFirst,x\nSecond,"', 'word ', 10 * mega, '"\nThird,y\n'))
    expect(closed).toMatchObject({ status: 'failed', errorCode: expect.stringMatching(tooLong) })
    const open = await outcomeOf(repeated('lastName,comment\nFirst,x\nSecond,"', 'word ', megabytes * mega))
    expect(open).toMatchObject({ status: 'failed', errorCode: expect.stringMatching(tooLong) })
    expectFlat()
  },
  patience,
)

onLinux(
  'reads 100,000 columns',
  async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `c${index}`)
    const rows = Array.from({ length: 5 }, (_, index) => `Wide ${index}${','.repeat(100_000)}`)
    const job = await outcomeOf([`lastName,${names}\n`, ...rows.map((row) => `${row}\n`)])
    expect(job).toMatchObject({ status: 'completed', result: { created: 5 } })
    expectFlat()
  },
  patience,
)

onLinux(
  'refuses a file of NUL bytes, and imports cells with some without them',
  async () => {
    expect(await outcomeOf(repeated('', '\0', megabytes * mega))).toEqual({
      status: 415,
      code: 'unsupported_import_format',
    })
    const job = await outcomeOf([
      'lastName,comment\n',
      ...Array.from({ length: 200 }, () => 'Fine,text\n'),
      'A\0nna,x\0y\n',
    ])
    expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 201, warnings: 2 } })
    expectFlat()
  },
  patience,
)

const long = manyRows ? onLinux : it.skip
long(
  'imports a million rows in flat memory',
  async () => {
    function* rows() {
      yield 'lastName;phones;emails\n'
      for (let row = 0; row < manyRows; row++) yield `Long ${row};+7 945 ${1_000_000 + row};l${row}@vector.example\n`
    }
    expect(await outcomeOf(rows())).toMatchObject({ status: 'completed', result: { created: manyRows } })
    expectFlat()
  },
  patience,
)
