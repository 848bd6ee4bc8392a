import { pointerOf } from '../errors/json-pointer.ts'
import { type Fault, FaultList, invalid, maxFaults, Problem } from '../errors/problem.ts'
import { composedText } from './composed-text.ts'
import { countKeys, duplicateKeys } from './duplicate-keys.ts'
import { sizeOfJson } from './json-size.ts'
import { pacer } from './pace.ts'

/**
 * Maximum members and items of a JSON body in total, and maximum members of one object. Larger bodies would delay other
 * requests.
 */
export const jsonLimits = { values: 80_000, members: 2_000 }

/** A function that parses a JSON text or throws. */
type Parse = (text: string) => unknown

/**
 * Reads a JSON body: valid UTF-8, within limits, without duplicate keys and without texts that the database cannot
 * store, so later code need not check them. Converts texts to NFC, so that й written as two characters equals й. For
 * large bodies it yields to other requests between the steps.
 * Throws `malformed_json`, or `validation_failed` with the faults of the body.
 */
export async function readJson(bytes: Buffer, parse: Parse): Promise<unknown> {
  const size = sizeOfJson(bytes, jsonLimits)
  if (size.members > jsonLimits.members) throw tooLarge('too_many_keys', jsonLimits.members)
  if (size.values > jsonLimits.values) throw tooLarge('too_many_values', jsonLimits.values)
  const text = decode(bytes)
  const isLarge = bytes.length > 100_000
  if (isLarge) await turn()
  const value = parse(text)
  if (isLarge) await turn()
  if (countKeys(value) < size.keys) throw repeated(text)
  if (isLarge) await turn()
  if (isPlain(text)) return value
  if (isLarge) await turn()
  return await composeAll(value)
}

function tooLarge(code: 'too_many_keys' | 'too_many_values', limit: number): Problem {
  return invalid([{ pointer: '', code, params: { limit } }])
}

function repeated(text: string): Problem {
  return invalid(duplicateKeys(text, maxFaults).map((pointer): Fault => ({ pointer, code: 'duplicate_field' })))
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch {
    // Lenient decoding would store � instead of the original characters.
    throw malformedJson({ code: 'invalid_encoding' })
  }
}

/** Returns the problem for a body that is not JSON. */
export function malformedJson(fault: Pick<Fault, 'code' | 'params'>): Problem {
  return new Problem('malformed_json', {}, { faults: [{ pointer: '', ...fault }] })
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Longer texts are not normalized, because no field accepts them. */
const longestComposed = 250_000
const longestAtOnce = 1_000_000

/** Returns whether all texts are in NFC and can be stored. Only escapes can encode characters that cannot be stored. */
function isPlain(text: string): boolean {
  if (text.includes('\\u')) return false
  return !/[^\0-\x7f]/.test(text) || (text.length <= longestAtOnce && composedText(text) === text)
}

/** Converts all texts of a value to NFC in place. Throws a fault for each text that the database cannot store. */
async function composeAll(value: unknown): Promise<unknown> {
  const faults = new FaultList()
  const pace = pacer()
  const root: Place = { holder: { value }, key: 'value', within: null }
  // Not recursive: a deeply nested body would overflow the stack.
  const left = [root]
  for (let place = left.pop(); place; place = left.pop()) {
    const found = place.holder[place.key]
    const text = typeof found === 'string' ? storedText(found) : found
    if (text === undefined || !isStorable(String(place.key))) {
      faults.push({ pointer: pointerTo(place), code: 'invalid_characters' })
    } else place.holder[place.key] = text
    if (typeof found === 'object' && found !== null) {
      const keys = Array.isArray(found) ? found.keys() : Object.keys(found)
      for (const key of keys) left.push({ holder: found as Place['holder'], key, within: place })
    }
    const turn = pace()
    if (turn) await turn
  }
  if (faults.length) throw invalid(faults)
  return root.holder.value
}

/** The place of a value: a key of an object or list, and the place of that object or list. */
interface Place {
  holder: Record<string | number, unknown>
  key: string | number
  within: Place | null
}

function pointerTo(place: Place): string {
  const keys: (string | number)[] = []
  for (let at = place; at.within; at = at.within) keys.unshift(at.key)
  return pointerOf(keys)
}

function storedText(text: string): string | undefined {
  if (!isStorable(text)) return undefined
  return text.length > longestComposed ? text : composedText(text)
}

/** Returns whether the database can store the text. A NUL or a lone surrogate would fail or change. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
