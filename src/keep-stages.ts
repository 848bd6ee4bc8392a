import { sql } from 'kysely'
import { configOrExit, exitWithError } from './start.ts'
import { startDatabase } from './start-database.ts'

const config = configOrExit()
const report = (message: string) => console.error(message)

try {
  // Not exclusive, so it can run beside the server.
  const { db, close } = await startDatabase(config, { exclusive: false, poolSize: 1, log: report })
  const types = await sql<{ id: number; code: string; table_name: string }>`
    select id, code, table_name from record_type where 'stages' = any (traits) order by id`.execute(db)
  for (const { id, code, table_name } of types.rows) {
    const { rows } = await sql<{ changed: string }>`select keep_stages(${id}, ${table_name}) as changed`.execute(db)
    report(`${code}: ${rows[0]!.changed} records had other stages than their history.`)
  }
  await close()
} catch (error) {
  exitWithError(error)
}
