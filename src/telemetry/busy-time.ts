/** Measures the time during which at least one of several overlapping activities runs. */
export class BusyTime {
  #running = 0
  #since = 0
  #milliseconds = 0

  /** Records the start of an activity. */
  begin(): void {
    if (this.#running++ === 0) this.#since = performance.now()
  }

  /** Records the end of an activity. */
  end(): void {
    if (--this.#running > 0) return
    const now = performance.now()
    this.#milliseconds += now - this.#since
    this.#since = now
  }

  /** The time so far, in milliseconds. */
  get milliseconds(): number {
    return this.#milliseconds + (this.#running > 0 ? performance.now() - this.#since : 0)
  }

  /** The milliseconds since the last activity, 0 while one runs, or undefined if there was none. */
  get idleMilliseconds(): number | undefined {
    if (this.#running > 0) return 0
    return this.#since === 0 ? undefined : performance.now() - this.#since
  }
}
