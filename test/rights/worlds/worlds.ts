import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApi } from '../../api.ts'
import { dropDatabase, freshDatabase, testServer } from '../../database.ts'
import { type JobApi, startJobApi } from '../../jobs.ts'
import { type Company, createCompany } from './company.ts'
import { hide } from './hide.ts'

/** What a world hides: some values, others, or as little as can be. */
export const kinds = ['one', 'other', 'without'] as const
export type Kind = (typeof kinds)[number]

/** Servers whose databases differ only in what Anna does not see. */
export interface Worlds {
  company: Company
  all: readonly JobApi[]
  close(): Promise<void>
}

/** Builds a company, copies its database, and changes in each copy what Anna does not see. */
export async function makeWorlds(): Promise<Worlds> {
  const fresh = await freshDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'kartoteka-worlds-'))
  const base = await startApi({ dataDir, database: { ...fresh, close: () => fresh.db.destroy() } })
  const company = await createCompany(base)
  const { rows } = await base.pool.query<{ now: string }>('select clock_timestamp()::text as now')
  await base.close()
  const all: JobApi[] = []
  for (const _ of kinds) {
    const world = await startJobApi({ database: await freshDatabase({ template: fresh.name }) })
    await cp(dataDir, world.dataDir, { recursive: true })
    await world.app.listen({ port: 0, host: '127.0.0.1' })
    all.push(world)
  }
  await Promise.all(all.map((world, index) => hide(world, kinds[index]!, company)))
  // Makes the indexes of user fields, so that searches find their values, and scrubs the fields that are gone.
  for (const world of all) {
    await world.work()
    await scanDuplicates(world, company.key)
  }
  await Promise.all(all.map((world) => level(world, rows[0]!.now)))
  await dropDatabase(testServer().connection, fresh.name)
  await rm(dataDir, { recursive: true })
  return { company, all, close: async () => void (await Promise.all(all.map((world) => world.close()))) }
}

const searched = ['contacts', 'leads', 'companies']

/** Finds the duplicates of a world, of seen and of unseen records. The caller dismisses the first group of each type. */
async function scanDuplicates(world: JobApi, key: string): Promise<void> {
  for (const plural of searched) {
    await world.call('post', `/v1/${plural}/duplicates/scan`).expect(202)
  }
  await world.work()
  for (const plural of searched) {
    const path = `/v1/${plural}/duplicates/groups`
    const { body } = await world.as(key)('get', `${path}?limit=1`).expect(200)
    for (const { id } of body.data) await world.as(key)('post', `${path}/${id}/dismiss`).expect(204)
  }
}

/** Makes all that was changed in a copy changed at one time, and all new ids the same. */
async function level({ pool }: JobApi, at: string): Promise<void> {
  const { rows } = await pool.query<{ tables: string; columns: string }>(
    `select format('%I.%I', table_schema, table_name) as tables, quote_ident(column_name) as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema in ('public', 'local') and table_type = 'BASE TABLE' and data_type like 'timestamp with%'`,
  )
  for (const { tables, columns } of rows) {
    await pool.query(`update ${tables} set ${columns} = $1 where ${columns} > $1 and ${columns} < now()`, [at])
  }
  await startNewIds(pool)
}

/** Gives everything new an id that the comparison of responses ignores. */
export async function startNewIds(pool: JobApi['pool']): Promise<void> {
  await pool.query(`select setval(format('%I.%I', schemaname, sequencename), 100001)
    from pg_sequences where schemaname in ('public', 'local')`)
}
