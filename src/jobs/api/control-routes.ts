import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { answerOnce } from '../../idempotency/once.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { readJob } from '../find.ts'
import { cancelJob, pauseJob } from '../job.ts'
import type { JobQueue } from '../queue.ts'
import { resumeJob } from '../resume.ts'
import { JobDocument } from '../schemas.ts'
import { JobParams, ownerOf } from './requests.ts'

/** A change of the status of a job. It returns false when the present status does not allow it. */
interface Control {
  path: 'pause' | 'resume' | 'cancel'
  summary: string
  description: string
  refusal: 'job_not_pausable' | 'job_not_resumable' | 'job_not_cancellable'
  change(trx: Transaction, queue: JobQueue, id: number): Promise<boolean>
}

const controls: readonly Control[] = [
  {
    path: 'pause',
    summary: 'Pause a job',
    description:
      'Pauses a job. It stops within seconds and stays paused, also when servers restart. What it has done is kept.',
    refusal: 'job_not_pausable',
    change: (trx, _queue, id) => pauseJob(trx, id),
  },
  {
    path: 'resume',
    summary: 'Resume a job',
    description: 'Returns a paused job to the queue. It continues where it stopped.',
    refusal: 'job_not_resumable',
    change: resumeJob,
  },
  {
    path: 'cancel',
    summary: 'Cancel a job',
    description: 'Cancels a job. Changes that it has already made are kept.',
    refusal: 'job_not_cancellable',
    change: (trx, _queue, id) => cancelJob(trx, id),
  },
]

/** Adds the routes that pause, resume and cancel a job. */
export function controlRoutes(app: App, routes: { db: Database; queue: JobQueue }): void {
  for (const control of controls) controlRoute(app, control, routes)
}

function controlRoute(
  app: App,
  { path, summary, description, refusal, change }: Control,
  { db, queue }: { db: Database; queue: JobQueue },
): void {
  app.post(
    `/jobs/:id/${path}`,
    {
      schema: {
        ...describeOperations('Jobs')(`${path}Job`, summary, description),
        params: JobParams,
        response: { 200: ref(JobDocument), ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const read = (on: Database) => readJob(on, id, ownerOf(request), request.language)
      // Before the transaction, which may hold the only connection.
      if (path === 'resume') await queue.prepare({ name: (await read(db)).type })
      return await answerOnce(request, reply, db, async (trx) => {
        await read(trx)
        const isChanged = await change(trx, queue, id)
        const job = await read(trx)
        if (!isChanged) throw new Problem(refusal, { status: job.status })
        return { status: 200, body: job }
      })
    },
  )
}
