import { createHmac, timingSafeEqual } from 'node:crypto'

const signatureLength = 16

/** Writes values as signed text and reads them back, so that callers cannot make their own. */
export class SignedValues {
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  /** Returns a value as signed text that can stand in a URL. */
  write(value: object): string {
    const body = Buffer.from(JSON.stringify(value))
    return Buffer.concat([this.#sign(body), body]).toString('base64url')
  }

  /** Returns the value of a text, or undefined when it was altered or lacks an expected member. */
  read<T extends object>(text: string, expected: Partial<T>): T | undefined {
    const bytes = Buffer.from(text, 'base64url')
    const [signature, body] = [bytes.subarray(0, signatureLength), bytes.subarray(signatureLength)]
    const isWhole = bytes.length > signatureLength && bytes.toString('base64url') === text
    if (!isWhole || !timingSafeEqual(signature, this.#sign(body))) return
    const value = JSON.parse(body.toString()) as T
    for (const name in expected) if (value[name] !== expected[name]) return
    return value
  }

  #sign(body: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(body).digest().subarray(0, signatureLength)
  }
}
