import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Fault, Problem } from '../errors/problem.ts'

type Place = Pick<Fault, 'pointer' | 'parameter'>

const inUrl: Place = { parameter: 'cursor' }
const signatureLength = 16

/** Writes and reads the cursors of an instance. They are signed, so that callers cannot make their own. */
export class Cursors {
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  /** Returns a value as a signed cursor. */
  write(value: object): string {
    const body = Buffer.from(JSON.stringify(value))
    return Buffer.concat([this.#sign(body), body]).toString('base64url')
  }

  /** Returns the value of a cursor. Throws `invalid_cursor` when it was altered or lacks an expected member. */
  read<T extends object>(text: string, expected: Partial<T>, at: Place = inUrl): T {
    const bytes = Buffer.from(text, 'base64url')
    const [signature, body] = [bytes.subarray(0, signatureLength), bytes.subarray(signatureLength)]
    const isWhole = bytes.length > signatureLength && bytes.toString('base64url') === text
    if (!isWhole || !timingSafeEqual(signature, this.#sign(body))) throw invalidCursor(at)
    const value = JSON.parse(body.toString()) as T
    for (const name in expected) if (value[name] !== expected[name]) throw invalidCursor(at)
    return value
  }

  #sign(body: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(body).digest().subarray(0, signatureLength)
  }
}

function invalidCursor(at: Place): Problem {
  return new Problem('invalid_cursor', {}, { faults: [{ ...at, code: 'invalid_parameter' }] })
}
