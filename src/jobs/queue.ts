import { type SqlBool, sql } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Task, TaskContext } from './task.ts'

/** The schema of the pg-boss tables. pg-boss creates them when the first process starts. */
export const queueSchema = 'pgboss'

/** The dead letter queue: work whose retries are used up. */
export const deadLetterQueue = 'given-up'

/** SQL condition: the queue has no entry that will run the row of `local.job`. */
export const hasNoEntry = sql<SqlBool>`not exists (select from pgboss.job as entry
  where entry.name in (job.type, ${sql.lit(deadLetterQueue)}) and entry.state in ('created', 'retry', 'active')
    and entry.data ->> 'jobId' = job.id::text)`

/** Queues tasks in the transaction of the change that requires them. */
export class JobQueue {
  readonly #db: Database
  #boss: Promise<PgBoss> | undefined
  readonly #known = new Set<string>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Queues a task. It runs after the transaction commits, and not at all if it is rolled back. */
  async enqueue<Payload extends object, Context extends TaskContext>(
    trx: Transaction,
    task: Task<Payload, Context>,
    payload: Payload,
  ): Promise<void> {
    await (await this.sender(task.name)).send(task.name, payload, { db: fromKysely(trx) })
  }

  /** Creates the queue of a task if it is missing. Call it before the transaction that enqueues. */
  async prepare({ name }: { name: string }): Promise<void> {
    await this.sender(name)
  }

  /** Returns pg-boss with the queue of the task. It starts on first use, because most processes queue little. */
  async sender(task: string): Promise<PgBoss> {
    const boss = await this.#started()
    if (!this.#known.has(task)) await createQueue(boss, task)
    this.#known.add(task)
    return boss
  }

  /** Returns the number of queued and running entries of each task. Counts can be up to a minute old. */
  async counts(): Promise<{ task: string; queued: number; running: number }[]> {
    const boss = await this.#started()
    const queues = await boss.getQueues()
    const stats = await Promise.all(queues.map(({ name }) => boss.getQueueStats(name, { force: true })))
    return stats.flat().map((one) => ({ task: one.name, queued: one.queuedCount, running: one.activeCount }))
  }

  async stop(): Promise<void> {
    await (await this.#boss)?.stop({ graceful: false })
  }

  async #started(): Promise<PgBoss> {
    this.#boss ??= this.#start()
    this.#boss.catch(() => {
      this.#boss = undefined
    })
    return await this.#boss
  }

  async #start(): Promise<PgBoss> {
    const boss = new PgBoss({
      db: fromKysely(this.#db),
      schema: queueSchema,
      supervise: false,
      schedule: false,
      registerInstance: false,
    })
    // Background work is retried. Errors of calls are thrown to the caller.
    boss.on('error', () => {})
    return await boss.start()
  }
}

/** Creates the queue of a task if it is missing. */
export async function createQueue(boss: PgBoss, task: string): Promise<void> {
  await boss.createQueue(deadLetterQueue, { retryLimit: 10, retryDelay: 5 })
  await boss.createQueue(task, {
    // Processes that end use up retries, for example in every deployment. Errors of the work itself are final.
    retryLimit: 100,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    deadLetter: deadLetterQueue,
    // A killed process is detected after two missed heartbeats. 10 s is the minimum of pg-boss.
    heartbeatSeconds: 10,
    expireInSeconds: 86_000,
    notify: true,
  })
}
