import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import request from 'supertest'
import { type AppOptions, buildApp } from '../src/app.ts'
import type { Database } from '../src/database/connect.ts'
import { instanceSecret } from '../src/database/instance-secret.ts'
import type { StoreOptions } from '../src/files/open-store.ts'
import type { App } from '../src/http/foundation.ts'
import { openLog } from '../src/http/log.ts'
import { startWorker } from '../src/jobs/worker.ts'
import { createKey } from '../src/people/api-key.ts'
import { tasks, tasksContext } from '../src/tasks.ts'
import { checkResponses } from './answers.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { sendThroughProxy } from './through-proxy.ts'

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete'

/** A server with its own database for one test file, and a caller with a key. */
export interface Api {
  app: App
  db: Database
  pool: pg.Pool
  connection: TestDatabase['connection']
  /** The administrator's key, its id, and the administrator's id. */
  key: string
  keyId: number
  userId: number
  /** Sends a request as the administrator. */
  call(method: Method, path: string, body?: unknown): request.Test
  /** Sends a request with another key, or without one. */
  as(key: string | null): (method: Method, path: string, body?: unknown) => request.Test
  close(): Promise<void>
}

/** Starts a server for tests. Options replace parts of it, and `work` runs jobs in the same process. */
export async function startApi(
  options: Partial<AppOptions> & { database?: TestDatabase; work?: boolean } = {},
): Promise<Api> {
  const { database = await freshDatabase(), work = false, ...rest } = options
  const { db, pool, connection } = database
  const app = await buildApp({ ...testOptions, db, pool, secret: await instanceSecret(db), ...rest })
  const strange = checkResponses(app, rest.limitsOf !== undefined)
  await app.ready()
  const { THROUGH: proxy } = process.env
  const stopProxy = proxy ? await sendThroughProxy(app, proxy, rest.limitsOf !== undefined) : undefined
  const { userId, key, id: keyId } = await aUser(db, { isAdmin: true })
  const worker = work ? await startTestWorker(database, { ...testOptions, ...rest }) : undefined
  const as: Api['as'] = (token) => (method, path, body) => {
    const call = request(app.server)[method](path)
    if (token) call.set('authorization', `Bearer ${token}`)
    return body === undefined ? call : call.send(body as object)
  }
  return {
    ...{ app, db, pool, connection, key, keyId, userId, as },
    call: as(key),
    async close() {
      await worker?.stop()
      await app.close()
      await stopProxy?.()
      await database.close()
      if (strange.length) throw new Error(`The API document does not describe:\n${strange.join('\n')}`)
    },
  }
}

/** Runs the jobs of a test's database in the test's process. */
async function startTestWorker(
  { db, connection }: TestDatabase,
  { types, limitsOf, ...options }: StoreOptions & Partial<AppOptions>,
) {
  const context = tasksContext({ ...options, db, ...(types && { types }), ...(limitsOf && { limitsOf }) })
  const worker = await startWorker({ connection, context, tasks, log: { warn() {}, error() {} }, watch: options })
  return {
    async stop() {
      await worker.stop()
      // Scheduled tasks may have started it.
      await context.queue.stop()
    },
  }
}

/** The options of every test server. */
export const testOptions = {
  ...{ log: openLog('silent'), trustProxy: false, bodyLimit: 10_000_000, uploadLimit: 10_000_000, corsOrigins: [] },
  // The folder is created with the first stored file. Tests that store files pass their own folder.
  dataDir: join(tmpdir(), 'kartoteka-test-files'),
}

/** Creates a user with a key. */
export async function aUser(db: Database, user: { isAdmin?: boolean; lastName?: string } = {}) {
  const { id } = await db
    .insertInto('user')
    .values({ first_name: 'Test', last_name: user.lastName ?? 'User', is_admin: user.isAdmin ?? false })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { userId: id, ...(await createKey(db, { userId: id, name: 'test', createdBy: null })) }
}
