import { type Fault, Problem } from '../errors/problem.ts'
import { SignedValues } from '../json/signed-values.ts'

type Place = Pick<Fault, 'pointer' | 'parameter'>

const inUrl: Place = { parameter: 'cursor' }

/** Writes and reads the cursors of an instance. They are signed. */
export class Cursors {
  readonly #values: SignedValues

  constructor(secret: string) {
    this.#values = new SignedValues(secret)
  }

  /** Returns a value as a signed cursor. */
  write(value: object): string {
    return this.#values.write(value)
  }

  /** Returns the value of a cursor. Throws `invalid_cursor` when it was altered or lacks an expected member. */
  read<T extends object>(text: string, expected: Partial<T>, at: Place = inUrl): T {
    const value = this.#values.read(text, expected)
    if (!value) throw invalidCursor(at)
    return value
  }
}

/** Returns the problem that a cursor leads nowhere. */
export function invalidCursor(at: Place): Problem {
  return new Problem('invalid_cursor', {}, { faults: [{ ...at, code: 'invalid_parameter' }] })
}
