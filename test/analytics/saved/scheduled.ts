import { reportScheduleTask } from '../../../src/analytics/schedules/start-due.ts'
import { inTransaction } from '../../../src/database/transaction.ts'
import { JobQueue } from '../../../src/jobs/queue.ts'
import type { Api } from '../../api.ts'
import { type Exported, exported } from '../../exports/exported.ts'
import { type JobApi, startJobApi } from '../../jobs.ts'
import type { Saved } from '../../seed.ts'

type Call = Api['call']

export const reports = '/v1/analytics/saved-reports'
export const dashboards = '/v1/analytics/dashboards'
export const bySource = { type: 'deal', measures: [{ fn: 'count' }], groupBy: [{ field: 'source' }] }
export const report = { report: 'query', parameters: bySource }
export const mondays = { every: 'week', weekday: 1, hour: 8, timeZone: 'Europe/Moscow', form: 'csv' }

/** A saved report or dashboard in a response. */
interface Scheduled {
  id: number
  schedule: { nextRunAt: string; lastJob: { id: number; status: string; dueAt: string } | null }
}

/** A server whose schedules come due when the test says so. */
export interface ScheduleApi extends JobApi {
  /** Saves a report or a dashboard with a schedule, and returns its id. */
  save(schedule: object | null, options?: { call?: Call; path?: string; body?: object }): Promise<number>
  read(id: number, options?: { call?: Call; path?: string }): Promise<Scheduled>
  /** Acts as if the next time of a schedule had come some time ago. */
  comeDue(id: number, ago?: string): Promise<unknown>
  /** Starts the jobs that are due, as some process does every minute. */
  startDue(): Promise<void>
  /** Starts the jobs that are due, and runs them. */
  runDue(): Promise<void>
  /** Reads the last job of a schedule. */
  jobOf(id: number, options?: { call?: Call; path?: string }): Promise<Saved & { links: { file: string } }>
  countJobs(): Promise<number>
  download(link: string, call?: Call): Promise<Exported>
}

/** Starts a server for tests of schedules. */
export async function startScheduleApi(): Promise<ScheduleApi> {
  const api = await startJobApi()
  const queue = new JobQueue(api.db)
  const context = { db: api.db, queue } as Parameters<typeof reportScheduleTask.run>[0]
  const startDue = () => reportScheduleTask.run(context, {}, new AbortController().signal)
  const read: ScheduleApi['read'] = async (id, { call = api.call, path = reports } = {}) =>
    (await call('get', `${path}/${id}`).expect(200)).body
  return {
    ...api,
    ...{ read, startDue },
    async save(schedule, { call = api.call, path = reports, body = {} } = {}) {
      const content = path === reports ? report : { tiles: [report] }
      const answer = await call('post', path, { name: 'Sources', ...content, schedule, ...body })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return answer.body.id
    },
    comeDue: (id, ago = '0 seconds') =>
      api.pool.query(`update report_schedule set next_at = now() - $2::interval where saved_id = $1`, [id, ago]),
    async runDue() {
      await queue.prepare(reportScheduleTask)
      await inTransaction(api.db, (trx) => queue.enqueue(trx, reportScheduleTask, {}))
      await api.work()
      // The queue of the jobs may come before that of the schedules.
      await api.work()
    },
    async jobOf(id, options = {}) {
      const { lastJob } = (await read(id, options)).schedule
      return (await (options.call ?? api.call)('get', `/v1/jobs/${lastJob!.id}`).expect(200)).body
    },
    countJobs: async () =>
      (await api.pool.query(`select count(*)::int as n from local.job where type = 'scheduled-report'`)).rows[0].n,
    async download(link, call = api.call) {
      const file = await exported(call, link.slice('/v1/'.length))
      if (file.status !== 200) throw new Error(`${link}: ${file.status}`)
      return file
    },
    async close() {
      await queue.stop()
      await api.close()
    },
  }
}
