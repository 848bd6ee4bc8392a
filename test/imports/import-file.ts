import { expect } from '@jest/globals'
import type { JobApi } from '../jobs.ts'
import type { Saved } from '../seed.ts'

/** The query of an import that treats duplicates. */
export const by = (action: string, keys: string) => `duplicateAction=${action}&duplicateKeys=${keys}`

/** Which records are imported (default: contacts), and by whom. */
interface Imported {
  path?: string
  call?: JobApi['call']
}

/** Imports a file and returns the job with the faults of its rows. */
export async function importedJob(
  api: JobApi,
  file: string | Buffer,
  { path = 'contacts', query = '', call = api.call }: Imported & { query?: string } = {},
) {
  const started = await call('post', `/v1/${path}/import?${query}`)
    .set('content-type', 'text/csv')
    .send(file as never)
  expect(started.status).toBe(202)
  await api.work()
  const { body: job } = await call('get', started.body.links.self).expect(200)
  const { body: faults } = await call('get', `${job.links.errors}?limit=500`).expect(200)
  return { ...job, faults: faults.data }
}

/** Imports a file and returns the counters and faults of the job. */
export async function importFile(api: JobApi, file: string, query: string, by: Imported = {}) {
  const { id, status, result, faults } = await importedJob(api, file, { ...by, query })
  const { created, updated, skipped, failed, warnings } = result
  const shown = faults.map(({ row, code, severity, recordId }: Saved) => ({ row, code, severity, recordId }))
  return { id, status, counts: { created, updated, skipped, failed, warnings }, faults: shown }
}

/** The counters of an import: the given ones, and otherwise 0. */
export const counts = (given: object) => ({ created: 0, updated: 0, skipped: 0, failed: 0, warnings: 0, ...given })
