import { isOver } from '../database/job-status.ts'
import { Problem } from '../errors/problem.ts'
import { type JobEnds, waitForNews } from './job-ends.ts'
import type { JobDocument } from './schemas.ts'

/** Maximum number of event streams that a user may have open on a server. */
export const mostStreams = 10

/** In milliseconds. All streams of a server together read at most a hundred jobs a second. */
const pace = { least: 1000, perStream: 10, keepAlive: 15_000, confirm: 15_000 }

/** The open event streams of a server. */
export class EventStreams {
  readonly #byUser = new Map<number, number>()
  #open = 0

  /** Milliseconds between two readings of a job. */
  get interval(): number {
    return Math.max(pace.least, pace.perStream * this.#open)
  }

  /** Counts a stream and returns the function that ends it. Throws `too_many_streams`. */
  open(userId: number): () => void {
    const own = this.#byUser.get(userId) ?? 0
    if (own >= mostStreams) {
      throw new Problem('too_many_streams', { limit: mostStreams }, { headers: { 'retry-after': '5' } })
    }
    this.#count(userId, 1)
    return () => this.#count(userId, -1)
  }

  #count(userId: number, change: 1 | -1): void {
    const own = (this.#byUser.get(userId) ?? 0) + change
    this.#open += change
    if (own) this.#byUser.set(userId, own)
    else this.#byUser.delete(userId)
  }
}

/** Returns the id of the event that tells the state of a job. The same state has the same id on every server. */
export function eventId({ status, progress }: JobDocument): string {
  return `${status}-${progress.done}-${progress.total ?? ''}`
}

/** How a stream reads its job. */
export interface Watching {
  id: number
  /** The id of the last event that the client has received. */
  lastEventId: string | undefined
  ends: JobEnds
  streams: EventStreams
  signal: AbortSignal
  read(): Promise<JobDocument>
  /** Checks again whether the caller may read the job. */
  confirm(): Promise<void>
}

/**
 * Yields the states of a job as server-sent events, until it is over. A job may run in another process: its end is
 * announced, its progress is read at intervals.
 */
export async function* jobEvents(watching: Watching): AsyncGenerator<string, void, undefined> {
  const { id, ends, streams, signal, read, confirm } = watching
  let last = watching.lastEventId
  let [saidAt, confirmedAt] = [Date.now(), Date.now()]
  // Also sends the headers, before the first event.
  yield `retry: ${pace.least}\n\n`
  while (!signal.aborted) {
    if (Date.now() - confirmedAt >= pace.confirm) {
      await confirm()
      confirmedAt = Date.now()
    }
    const news = ends.news(id)
    const job = await read()
    const present = eventId(job)
    if (present !== last) {
      yield `id: ${present}\nevent: job\ndata: ${JSON.stringify(job)}\n\n`
      last = present
      saidAt = Date.now()
    } else if (Date.now() - saidAt >= pace.keepAlive) {
      yield ': keep-alive\n\n'
      saidAt = Date.now()
    }
    if (isOver(job.status)) return
    await waitForNews(news, streams.interval, signal)
  }
}
