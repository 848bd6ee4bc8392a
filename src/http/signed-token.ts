import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Fault, Problem } from '../errors/problem.ts'

type Place = Pick<Fault, 'pointer' | 'parameter'>

const inUrl: Place = { parameter: 'cursor' }
const signatureLength = 16

/** Returns a value as an opaque text that only the holder of the secret can create. */
export function seal(value: object, secret: string): string {
  const body = Buffer.from(JSON.stringify(value))
  return Buffer.concat([sign(body, secret), body]).toString('base64url')
}

/** Returns the value of a sealed text. Throws `invalid_cursor` when it was altered. */
export function unseal<T extends object>(text: string, secret: string, at: Place = inUrl): T {
  const bytes = Buffer.from(text, 'base64url')
  const [signature, body] = [bytes.subarray(0, signatureLength), bytes.subarray(signatureLength)]
  const isWhole = bytes.length > signatureLength && bytes.toString('base64url') === text
  if (!isWhole || !timingSafeEqual(signature, sign(body, secret))) throw invalidCursor(at)
  return JSON.parse(body.toString()) as T
}

function sign(body: Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(body).digest().subarray(0, signatureLength)
}

/** Returns the problem for a cursor that was altered or belongs to another list. */
export function invalidCursor(at: Place = inUrl): Problem {
  return new Problem('invalid_cursor', {}, { faults: [{ ...at, code: 'invalid_parameter' }] })
}
