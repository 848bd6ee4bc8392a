import type { KnownCaller } from './caller.ts'

const mostKept = 10_000

/** The callers of keys as they were last seen, by the hash of the key. Whoever uses one must check that it still holds. */
export class LastIdentities {
  /** The least used come first. */
  readonly #byHash = new Map<string, KnownCaller>()

  /** Returns the last known caller of a key. */
  get(hash: string): KnownCaller | undefined {
    return this.#byHash.get(hash)
  }

  /** Records the caller of a key. */
  note(hash: string, known: KnownCaller): void {
    this.#byHash.delete(hash)
    this.#byHash.set(hash, known)
    if (this.#byHash.size > mostKept) this.#byHash.delete(this.#byHash.keys().next().value ?? '')
  }

  /** Removes a key that is no longer valid. */
  forget(hash: string): void {
    this.#byHash.delete(hash)
  }
}
