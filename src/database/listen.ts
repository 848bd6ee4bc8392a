import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** A channel to listen on, with its callbacks. */
export interface Subscription {
  channel: string
  onMessage(payload: string): void
  /** Called after each connect. Earlier messages were missed. */
  onConnected(): void
}

/** A running listener. */
export interface Listener {
  /** Whether messages arrive now. */
  isConnected(): boolean
  stop(): Promise<void>
}

/** Delay before reconnecting, in milliseconds. */
const pauseBetween = 1000

/** Listens on its own connection, which is reopened when it breaks. */
export function listen(connection: pg.ClientConfig, { channel, onMessage, onConnected }: Subscription): Listener {
  const stopping = new AbortController()
  const { signal } = stopping
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  let isConnected = false
  const listenOnce = async () => {
    const client = new pg.Client({ ...connection, application_name: 'kartoteka-listen', keepAlive: true })
    const broken = new Promise<void>((resolve) => client.on('error', () => resolve()).on('end', () => resolve()))
    client.on('notification', ({ payload = '' }) => onMessage(payload))
    try {
      await client.connect()
      await client.query(`listen ${client.escapeIdentifier(channel)}`)
      isConnected = true
      onConnected()
      await Promise.race([broken, stopped])
    } finally {
      isConnected = false
      await client.end()
    }
  }
  const listening = (async () => {
    while (!signal.aborted) {
      // Callers poll in the meantime, and their queries report that the database is unavailable.
      await listenOnce().catch(() => {})
      await pause(pauseBetween, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    isConnected: () => isConnected,
    async stop() {
      stopping.abort()
      await listening
    },
  }
}
