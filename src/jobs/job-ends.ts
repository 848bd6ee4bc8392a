import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { type Listener, listen } from '../database/listen.ts'

/** Tells those who wait for jobs when one is over. */
export interface JobEnds {
  /** Begins to wait for news of a job, which come when it is over or nobody can tell any more; to be called before it is read. */
  news(id: number): Promise<void>
  /** For how many milliseconds who waits for news may trust that they come. */
  patience(): number
  stop(): Promise<void>
}

/** The channel on which the database tells the id of a job that is over. */
const channel = 'job_over'
const patience = { connected: 10_000, away: 1000 }

/** Listens for the ends of jobs from the first who waits on, by one connection for all who wait. */
export function watchEnds({ options }: pg.Pool): JobEnds {
  const waiting = new Map<number, PromiseWithResolvers<void>>()
  let listener: Listener | undefined
  const tell = (id: number) => {
    waiting.get(id)?.resolve()
    waiting.delete(id)
  }
  const begin = () =>
    // A pool hides its password from whoever copies its options.
    listen(
      { ...options, password: options.password },
      {
        channel,
        onMessage: (id) => tell(Number(id)),
        onConnected: () => {
          for (const id of waiting.keys()) tell(id)
        },
      },
    )
  return {
    news(id) {
      listener ??= begin()
      const present = waiting.get(id) ?? Promise.withResolvers<void>()
      waiting.set(id, present)
      return present.promise
    },
    patience: () => (listener?.isConnected() ? patience.connected : patience.away),
    stop: async () => await listener?.stop(),
  }
}

/** Waits for news, for so many milliseconds at most, and no longer than somebody waits for the answer. */
export async function newsWithin(news: Promise<void>, milliseconds: number, signal: AbortSignal): Promise<void> {
  const heard = new AbortController()
  const time = pause(milliseconds, undefined, { signal: AbortSignal.any([signal, heard.signal]) }).catch(() => {})
  await Promise.race([news, time])
  heard.abort()
}
