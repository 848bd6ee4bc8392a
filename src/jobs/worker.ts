import type pg from 'pg'
import { type Job, PgBoss } from 'pg-boss'
import { createQueue, givenUp, type JobQueue, queueSchema } from './queue.ts'
import type { Task, TaskContext } from './task.ts'

/** What a process needs to do jobs. */
export interface WorkerOptions<Context extends TaskContext> {
  /** For the queue's own connections, one of which listens for work. */
  connection: pg.PoolConfig
  context: Context
  tasks: readonly Task<object, Context>[]
  log(message: string, error?: unknown): void
}

/** How many jobs of a kind one process does at the same time. */
const atOnce = 2
/** How long a task may take to come to a place where it can stop. */
const patience = 20_000

/** Begins to do jobs, and goes on until stopped; what is not done by then is given back. */
export async function startWorker<Context extends TaskContext>(
  options: WorkerOptions<Context>,
): Promise<{ stop(): Promise<void> }> {
  const { connection, context, tasks, log } = options
  const stopping = new AbortController()
  const boss = new PgBoss({
    ...(connection as ConstructorParameters<typeof PgBoss>[0] & object),
    ...{ schema: queueSchema, application_name: 'kartoteka-jobs', max: 3 },
    ...{ useListenNotify: true, superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 },
    schedule: tasks.some(({ schedule }) => schedule),
  })
  boss.on('error', (error) => log('the job queue has a problem', error))
  await boss.start()
  for (const task of tasks) await createQueue(boss, task.name)
  for (const { name, schedule } of tasks) {
    // What was missed while no process ran is made up for, once.
    if (schedule) await boss.schedule(name, schedule, {}, { tz: 'UTC', missed: 'once' })
  }
  for (const task of tasks) {
    await boss.work<object>(task.name, { localConcurrency: atOnce, pollingIntervalSeconds: 2 }, async ([job]) => {
      if (job) await runLogged(task, context, job, AbortSignal.any([stopping.signal, job.signal]), log)
    })
  }
  await boss.work(givenUp, { includeMetadata: true, pollingIntervalSeconds: 10 }, async ([job]) => {
    if (job) await tasks.find(({ name }) => name === job.sourceName)?.giveUp?.(context, job.data as object)
  })
  return {
    async stop() {
      stopping.abort()
      await boss.stop({ graceful: true, timeout: patience })
    },
  }
}

async function runLogged<Context extends TaskContext>(
  task: Task<object, Context>,
  context: Context,
  job: Job<object>,
  signal: AbortSignal,
  log: WorkerOptions<Context>['log'],
): Promise<void> {
  try {
    await task.run(context, job.data, signal)
  } catch (error) {
    if (!signal.aborted) log(`the task ${task.name} failed`, error)
    throw error
  }
}

/** Does everything that is due now, one after the other, and returns; for tests, which need no process beside them. */
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
