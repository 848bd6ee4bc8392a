import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** What is listened for on a channel. */
export interface Listening {
  channel: string
  onMessage(payload: string): void
  /** Called whenever the connection stands: what was said before nobody has heard. */
  onConnected(): void
}

/** One who listens, until stopped. */
export interface Listener {
  /** Whether messages come through now. */
  isConnected(): boolean
  stop(): Promise<void>
}

/** Milliseconds until a broken connection is made anew. */
const pauseBetween = 1000

/** Listens to the database by one connection of its own, which is made anew when it breaks. */
export function listen(connection: pg.ClientConfig, { channel, onMessage, onConnected }: Listening): Listener {
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
      // Whoever waits asks now and then meanwhile; the database's absence is told by what asks it.
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
