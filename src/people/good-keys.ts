import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'

const [second, minute, day] = [1_000, 60_000, 86_400_000]
const mostKept = 10_000
const refreshInterval = 10 * second

/**
 * The hashes of keys used within the last day. The server accepts these keys even when their address sends too many
 * unknown keys. Otherwise one client with an old key would lock out everyone behind the same proxy.
 */
export class RecentKeys {
  readonly #db: Database
  /** Time of last use by hash, the latest last. */
  readonly #seen = new Map<string, number>()
  #refreshedAt = 0
  #refreshing: Promise<void> = Promise.resolve()

  constructor(db: Database) {
    this.#db = db
  }

  /** Records that a key is valid. */
  note(hash: string): void {
    const now = Date.now()
    if (now - (this.#seen.get(hash) ?? 0) > minute) this.#keep(hash, now)
  }

  /** Removes a key that is no longer valid. */
  forget(hash: string): void {
    this.#seen.delete(hash)
  }

  /**
   * Returns whether a key was used within the last day, here or on another server. Reads the database at most every ten
   * seconds, for all keys at once.
   */
  async has(hash: string): Promise<boolean> {
    if (this.#isKnown(hash)) return true
    if (Date.now() - this.#refreshedAt > refreshInterval) {
      this.#refreshedAt = Date.now()
      this.#refreshing = this.#refresh()
    }
    await this.#refreshing
    return this.#isKnown(hash)
  }

  #isKnown(hash: string): boolean {
    return Date.now() - (this.#seen.get(hash) ?? 0) < day
  }

  async #refresh(): Promise<void> {
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
