import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'

const [second, minute, day] = [1_000, 60_000, 86_400_000]
const mostKept = 10_000
const askedEvery = 10 * second

/**
 * The keys, by their hashes, that were good within a day. They are let in although others behind the same address try
 * keys at random: without this, one client with an old key would lock out everybody behind a proxy.
 */
export class GoodKeys {
  readonly #db: Database
  /** When each was good, the latest last. */
  readonly #seen = new Map<string, number>()
  #asked = 0
  #asking: Promise<void> = Promise.resolve()

  constructor(db: Database) {
    this.#db = db
  }

  /** Keeps in mind that a key is good. */
  note(hash: string): void {
    const now = Date.now()
    if (now - (this.#seen.get(hash) ?? 0) > minute) this.#keep(hash, now)
  }

  /** Forgets a key that turned out to be good no longer. */
  forget(hash: string): void {
    this.#seen.delete(hash)
  }

  /** Whether a key was good lately, here or on another server. Seldom asks the database, and never about one key. */
  async has(hash: string): Promise<boolean> {
    if (this.#isKnown(hash)) return true
    if (Date.now() - this.#asked > askedEvery) {
      this.#asked = Date.now()
      this.#asking = this.#ask()
    }
    await this.#asking
    return this.#isKnown(hash)
  }

  #isKnown(hash: string): boolean {
    return Date.now() - (this.#seen.get(hash) ?? 0) < day
  }

  async #ask(): Promise<void> {
    const { rows } = await sql<{ hash: string; seconds: number }>`
      select hash, extract(epoch from now() - last_used_at)::float8 as seconds from api_key
      where last_used_at > now() - interval '1 day' and revoked_at is null and coalesce(expires_at > now(), true)
      order by last_used_at desc limit ${mostKept}`.execute(this.#db)
    for (const { hash, seconds } of rows.reverse()) this.#keep(hash, Date.now() - seconds * second)
  }

  #keep(hash: string, at: number): void {
    const later = Math.max(at, this.#seen.get(hash) ?? 0)
    this.#seen.delete(hash)
    this.#seen.set(hash, later)
    if (this.#seen.size > mostKept) this.#seen.delete(this.#seen.keys().next().value ?? '')
  }
}
