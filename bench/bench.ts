import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { buildApp } from '../src/app.ts'
import { connect } from '../src/database/connect.ts'
import { instanceSecret } from '../src/database/instance-secret.ts'
import { openLog } from '../src/http/log.ts'
import { changeInBulk } from './bulk.ts'
import { addField, dealPipeline, deepPosition } from './database.ts'
import { floorGoals } from './floor-goals.ts'
import { floorOperations } from './floor-operations.ts'
import { loadFloor } from './floor-table.ts'
import { atMost, operationGoals, transferGoals } from './goals.ts'
import { addImportedFields } from './import-file.ts'
import { memoryOf, peakOf } from './measure.ts'
import { type LoadedData, operations } from './operations.ts'
import { readOptions } from './options.ts'
import { otherHalf, prepareSequences } from './prepare.ts'
import { type ServerProcess, startKartoteka, startReference } from './processes.ts'
import { measure } from './rounds.ts'
import { busyUser, loadRows } from './rows.ts'
import { key, runBenchmark, say, serve } from './run.ts'
import { type Goal, goalTable, type Measurement, measuredTable } from './table.ts'
import { copyImported, exportContacts, importContacts, importToFloor, type Transfers } from './transfer.ts'

const options = readOptions()
const field = 'bench_position'
const appOptions = {
  ...{ log: openLog('silent'), trustProxy: false, bodyLimit: 64_000_000, uploadLimit: 1_000_000_000, corsOrigins: [] },
}

await runBenchmark(async (run) => {
  const { folder, atEnd } = run
  const { server, connection, databaseUrl, db, pool } = await serve(run, { connections: 16 })
  // COPY does not work on a pipelined connection.
  const copying = connect({ ...connection, pipeline: false, max: 1 })
  atEnd(copying.close)
  const column = await addField(server, pool, { key, field })
  say(`loading ${options.rows} contacts, companies and deals`)
  await loadRows(pool, options.rows, column)
  await loadFloor(pool)
  const loaded: LoadedData = {
    rows: options.rows,
    field,
    secret: await instanceSecret(db),
    deep: await deepPosition(pool, options.rows),
    pipeline: await dealPipeline(pool),
  }
  const counterparts = floorOperations(loaded)
  const chosen = operations(loaded)
    .filter(({ name }) => isChosen(name))
    .map((operation) => ({ ...operation, floor: counterparts[operation.name] }))

  say('capturing the statements of Kartoteka')
  const app = await buildApp({ ...appOptions, db, pool, secret: loaded.secret, dataDir: folder })
  await app.ready()
  const sequences = await prepareSequences(chosen, { app, pool, key }, options)
  await app.close()

  const measured: Measurement[] = []
  let reading: number | null = null
  const bare = await startReference('bare', folder, { connection, operations: otherHalf(sequences) })
  const floor = await startReference('floor', folder, { connection, keys: [[key, busyUser]] })
  atEnd(bare.stop, floor.stop)
  for (const operation of chosen) {
    say(`measuring ${operation.name}`)
    for (const connections of operation.isAlone ? [1] : [1, 16]) {
      measured.push(await measure(operation, { server, bare, floor, pool, sequences, key, connections, ...options }))
    }
    if (!operation.isWrite) reading = peakOf(server.pid)
  }
  await bare.stop()
  await server.stop()
  // A fresh server, so that the memory left by thousands of writes does not count.
  const fresh = await startKartoteka(databaseUrl, folder, key)
  atEnd(fresh.stop)
  await pause(2000)
  const idle = memoryOf(fresh.pid)
  const moved = await transfers({ server: fresh, floor, pool: copying.pool, folder })
  report(measured, floorGoals(chosen, measured, moved), [
    ...operationGoals(chosen, measured),
    ...transferGoals(moved),
    ...(idle === null ? [] : [atMost('memory when idle, MB', idle, 150)]),
    ...(reading === null ? [] : [atMost('memory under reads, MB', reading, 250)]),
  ])
})

function isChosen(name: string): boolean {
  return options.only === undefined || options.only.includes(name)
}

async function transfers({
  server,
  floor,
  pool,
  folder,
}: Record<'server' | 'floor', ServerProcess> & { pool: pg.Pool; folder: string }): Promise<Transfers> {
  const rows = options.rows
  const moved: Transfers = {}
  if (isChosen('export')) {
    say('exporting')
    moved.floorExport = await exportContacts(floor, '/contacts/export', key)
    moved.export = await exportContacts(server, '/v1/contacts/export?mode=raw', key)
  }
  if (isChosen('bulk')) {
    say('changing in bulk')
    moved.bulk = await changeInBulk(server, key, Math.min(rows, 100_000))
  }
  if (isChosen('import')) {
    await addImportedFields(server, pool, key)
    say('importing')
    moved.floorImport = await importToFloor(floor, key, rows)
    moved.import = await importContacts(server, key, rows)
    moved.copy = await copyImported(pool, folder, rows)
  }
  return moved
}

/** Prints the measurements, the goals relative to the floor, and the other goals. */
function report(measured: readonly Measurement[], ofFloor: readonly Goal[], other: readonly Goal[]): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ${options.rows} rows`
  if (options.json) {
    const goals = [...ofFloor, ...other]
    console.log(JSON.stringify({ at: new Date().toISOString(), machine, measured, goals }, null, 2))
    return
  }
  console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}\n`)
  if (measured.length) console.log(`${measuredTable(measured)}\n`)
  if (ofFloor.length) console.log(`${goalTable(ofFloor)}\n`)
  console.log(goalTable(other))
}
