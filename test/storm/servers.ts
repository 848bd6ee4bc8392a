import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshDatabase } from '../database.ts'
import { end, type ServerProcess, start, urlOf } from '../server-process.ts'

/** Two servers with one database and one folder of files, each in its own process that also runs jobs. */
export interface Servers {
  urls: [string, string]
  key: string
  /** Returns the log lines of the servers that contain this text. */
  logged(text: string): string[]
  /** Queries the database for state that responses do not show. */
  query(statement: string): Promise<unknown[]>
  stop(): Promise<void>
}

const key = 'the-administrator-of-the-storm'

/** Starts both servers. */
export async function startServers(): Promise<Servers> {
  const database = await freshDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-storm-'))
  const env = { DATABASE_URL: urlOf(database.connection), DATA_DIR: folder, ADMIN_KEY: key }
  const lines: string[] = []
  const started: ServerProcess[] = []
  const stop = async () => {
    await Promise.all(started.map(end))
    await database.close()
    await rm(folder, { recursive: true })
  }
  try {
    const first = await start(env, lines, started)
    return {
      urls: [first, await start(env, lines, started)],
      key,
      logged: (text) => lines.filter((line) => line.includes(text)),
      query: async (statement) => (await database.pool.query(statement)).rows,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
