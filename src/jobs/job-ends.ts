import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { type Listener, listen } from '../database/listen.ts'

/** Notifies waiting requests when a job has finished. */
export interface JobEnds {
  /** Resolves when the job has finished, or when the listener reconnects. Call it before reading the job. */
  news(id: number): Promise<void>
  /** How long to wait for news before reading the job again, in milliseconds. */
  patience(): number
  stop(): Promise<void>
}

/** The channel on which the database sends the ids of finished jobs. */
const channel = 'job_over'
const patience = { connected: 10_000, away: 1000 }

/**
 * Listens for finished jobs on one connection, which is opened when the first request waits. It has the options of the
 * pool, or `direct` if the pool goes through a pooler.
 */
export function watchEnds({ options }: pg.Pool, direct?: pg.ClientConfig): JobEnds {
  const waiting = new Map<number, PromiseWithResolvers<void>>()
  let listener: Listener | undefined
  const tell = (id: number) => {
    waiting.get(id)?.resolve()
    waiting.delete(id)
  }
  const begin = () =>
    // The password of a pool is not enumerable, so the spread does not copy it.
    listen(direct ?? { ...options, password: options.password }, {
      channel,
      onMessage: (id) => tell(Number(id)),
      onConnected: () => {
        for (const id of waiting.keys()) tell(id)
      },
    })
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

/** Waits for news until the timeout or until the signal aborts. */
export async function waitForNews(news: Promise<void>, milliseconds: number, signal: AbortSignal): Promise<void> {
  const heard = new AbortController()
  const time = pause(milliseconds, undefined, { signal: AbortSignal.any([signal, heard.signal]) }).catch(() => {})
  await Promise.race([news, time])
  heard.abort()
}
