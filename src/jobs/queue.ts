import { fromKysely, PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Task, TaskContext } from './task.ts'

/** The schema in which pg-boss keeps its tables; it makes them itself when the first process starts. */
export const queueSchema = 'pgboss'

/** Where work goes whose tries are used up. */
export const givenUp = 'given-up'

/** Adds work to the queue, in the transaction of the change that makes it necessary. */
export class JobQueue {
  readonly #db: Database
  #boss: Promise<PgBoss> | undefined
  readonly #known = new Set<string>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Has the task run once the transaction is committed, and not at all if it is rolled back. */
  async enqueue<Payload extends object, Context extends TaskContext>(
    trx: Transaction,
    task: Task<Payload, Context>,
    payload: Payload,
  ): Promise<void> {
    await (await this.sender(task.name)).send(task.name, payload, { db: fromKysely(trx) })
  }

  /** Makes sure that the task has a queue; to be called before the transaction that enqueues. */
  async prepare<Payload extends object, Context extends TaskContext>({ name }: Task<Payload, Context>): Promise<void> {
    await this.sender(name)
  }

  /** pg-boss with the task's queue in place. Started when it is first needed: most processes add little. */
  async sender(task: string): Promise<PgBoss> {
    const boss = await this.#started()
    if (!this.#known.has(task)) await createQueue(boss, task)
    this.#known.add(task)
    return boss
  }

  /** How much of each task waits and is being done; a count is kept for some seconds, at most for a minute. */
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
    // What fails in the background is tried again; what a caller asked for is thrown at the caller.
    boss.on('error', () => {})
    return await boss.start()
  }
}

/** Makes the queue of a task, if it is not there yet. */
export async function createQueue(boss: PgBoss, task: string): Promise<void> {
  await boss.createQueue(givenUp, { retryLimit: 10, retryDelay: 5 })
  await boss.createQueue(task, {
    // Tries are used up by processes that end, as they do in every deployment; a fault of the work itself is final.
    ...{ retryLimit: 100, retryDelay: 1, retryBackoff: true, retryDelayMax: 30, deadLetter: givenUp },
    // A process that is killed misses two beats; 10 s is the shortest pg-boss takes.
    heartbeatSeconds: 10,
    expireInSeconds: 86_000,
    notify: true,
  })
}
