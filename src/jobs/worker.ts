import type pg from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import { type JobWatch, runTraced } from '../telemetry/job.ts'
import type { WorkLog } from '../telemetry/work.ts'
import { wakeForDue } from './job-wakeup.ts'
import { requeueLostJobs } from './lost-jobs.ts'
import { createQueue, deadLetterQueue, type JobQueue, queueSchema } from './queue.ts'
import { repeat } from './repeat.ts'
import type { Task, TaskContext } from './task.ts'

/** Options of a worker. */
export interface WorkerOptions<Context extends TaskContext> {
  /** Options for the queue's own connections. One of them listens for work. */
  connection: pg.PoolConfig
  context: Context
  tasks: readonly Task<object, Context>[]
  log: WorkLog & { error(fields: object, message: string): void }
  /** Options for tracing and logging the runs of tasks. */
  watch?: Omit<JobWatch, 'log'>
}

/** Number of entries of a task that one process runs at the same time. */
const atOnce = 2
/** Polling is a fallback: notifications announce new work, and `wakeForDue` finds due work. */
const polling = { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 120 }
/** Intervals for finding due work without a notification, and jobs without a queue entry. In milliseconds. */
const looking = { due: 2000, lost: 10_000 }
/** How long a task can take to stop at shutdown, in milliseconds. */
const patience = 20_000

/** Starts a worker. When it is stopped, unfinished work returns to the queue. */
export async function startWorker<Context extends TaskContext>(
  options: WorkerOptions<Context>,
): Promise<{ stop(): Promise<void> }> {
  const { connection, context, tasks, log } = options
  const stopping = new AbortController()
  const boss = new PgBoss({
    ...(connection as ConstructorParameters<typeof PgBoss>[0] & object),
    schema: queueSchema,
    application_name: 'kartoteka-jobs',
    max: 3,
    useListenNotify: true,
    schedule: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  })
  const onError = (error: unknown) => log.error({ err: error }, 'job queue error')
  boss.on('error', onError)
  await boss.start()
  for (const task of tasks) await createQueue(boss, task.name)
  await schedule(boss, tasks)
  const waiting = new Map<string, string[]>()
  for (const task of tasks) {
    const work = ([job]: Job<object>[]) =>
      job ? runLogged(task, job, AbortSignal.any([stopping.signal, job.signal]), options) : Promise.resolve()
    const ids = Array.from({ length: atOnce }, () => boss.work<object>(task.name, polling, work))
    waiting.set(task.name, await Promise.all(ids))
  }
  await boss.work(deadLetterQueue, { includeMetadata: true, pollingIntervalSeconds: 10 }, async ([job]) => {
    if (job) await tasks.find(({ name }) => name === job.sourceName)?.giveUp?.(context, job.data as object)
  })
  const { db } = context
  const types = tasks.map(({ name }) => name)
  const rounds = [
    repeat(looking.due, () => wakeForDue(boss, { db, waiting }), onError),
    repeat(looking.lost, () => requeueLostJobs(boss, { db, types }), onError),
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(rounds.map((round) => round.stop()))
      await boss.stop({ graceful: true, timeout: patience })
    },
  }
}

/** Saves the schedules of the tasks, and deletes those of removed tasks. */
async function schedule(boss: PgBoss, tasks: readonly Pick<Task<object, never>, 'name' | 'schedule'>[]): Promise<void> {
  const scheduled = tasks.filter((task) => task.schedule !== undefined)
  for (const { name } of await boss.getSchedules()) {
    if (!scheduled.some((task) => task.name === name)) await boss.unschedule(name)
  }
  // Few retries, because the next run comes anyway.
  const options = { missed: 'once', retryLimit: 3, retryDelay: 30 } as const
  for (const task of scheduled) await boss.schedule(task.name, task.schedule ?? '', {}, options)
}

async function runLogged<Context extends TaskContext>(
  task: Task<object, Context>,
  job: Job<object>,
  signal: AbortSignal,
  { context, log, watch }: WorkerOptions<Context>,
): Promise<void> {
  try {
    await runTraced(task.name, job.data, { ...watch, log }, () => task.run(context, job.data, signal))
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, `the task ${task.name} failed`)
    throw error
  }
}

/** Runs all queued work in sequence and returns. For tests without a worker process. */
export async function runJobs<Context extends TaskContext>(
  queue: JobQueue,
  { context, tasks }: Pick<WorkerOptions<Context>, 'context' | 'tasks'>,
): Promise<void> {
  for (const task of tasks) {
    const boss = await queue.sender(task.name)
    for (;;) {
      const [job] = await boss.fetch<object>(task.name, { ignoreStartAfter: true })
      if (!job) break
      await task.run(context, job.data, new AbortController().signal)
      await boss.complete(task.name, job.id)
    }
  }
}
