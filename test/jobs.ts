import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppOptions } from '../src/app.ts'
import { JobQueue } from '../src/jobs/queue.ts'
import { runJobs } from '../src/jobs/worker.ts'
import { tasks, tasksContext } from '../src/tasks.ts'
import { type Api, startApi, testOptions } from './api.ts'
import type { TestDatabase } from './database.ts'

/** A server with a folder for files that runs jobs only when the test says so. */
export interface JobApi extends Api {
  dataDir: string
  /** Runs all jobs that are due. */
  work(): Promise<void>
}

/** Starts a server for tests of background work. */
export async function startJobApi(given: Partial<AppOptions> & { database?: TestDatabase } = {}): Promise<JobApi> {
  const { database, ...options } = given
  const dataDir = await mkdtemp(join(tmpdir(), 'kartoteka-files-'))
  const api = await startApi({ ...options, dataDir, ...(database && { database }) })
  const queue = new JobQueue(api.db)
  const { types, limitsOf, ...rest } = { ...testOptions, ...options, dataDir }
  const context = tasksContext({ ...rest, db: api.db, queue, ...(types && { types }), ...(limitsOf && { limitsOf }) })
  return {
    ...api,
    dataDir,
    work: () => runJobs(queue, { context, tasks }),
    async close() {
      await queue.stop()
      await api.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
