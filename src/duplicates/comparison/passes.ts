import type { Comparison } from './comparison.ts'
import { extraPlace } from './comparisons.ts'
import type { Email } from './email.ts'
import { hashOf } from './hash.ts'
import { namePasses } from './name-passes.ts'
import { type Pass, usualBlock } from './pass.ts'
import type { PreparedRecord } from './prepared-record.ts'
import { titlePasses } from './title-passes.ts'

/** Longer local parts are rare, so that they find the same name on another host. */
const shortestLocal = 7

function emailKey({ local, mailbox, isRole }: Email): string {
  return local.length >= shortestLocal && !isRole ? local : mailbox
}

const sharedPasses: readonly Pass[] = [
  { code: 'phone', uses: ['phone'], largestBlock: usualBlock, keysOf: ({ phones }) => phones.slice(0, 4) },
  {
    code: 'email',
    uses: ['email'],
    largestBlock: usualBlock,
    keysOf: ({ emails }) => emails.slice(0, 4).map(emailKey),
  },
  { code: 'website', uses: ['website'], largestBlock: usualBlock, keysOf: ({ hosts }) => hosts.slice(0, 2) },
]

const longestExtra = 40

function extraPass(code: string, place: number): Pass {
  return {
    code,
    uses: [code],
    largestBlock: usualBlock,
    keysOf: ({ extra }) => [extra[place]?.text.slice(0, longestExtra)],
  }
}

/** Returns the passes of a type: those that need no other comparisons than the type has. */
export function passesFor(comparisons: readonly Comparison[]): Pass[] {
  const codes = new Set(comparisons.map(({ code }) => code))
  const specific = codes.has('title') ? titlePasses : namePasses
  const extraPasses = comparisons.flatMap((comparison) => {
    const place = extraPlace(comparison)
    return place === undefined ? [] : [extraPass(comparison.code, place)]
  })
  return [...sharedPasses, ...specific, ...extraPasses].filter(({ uses }) => uses.every((code) => codes.has(code)))
}

/** A key of a record. */
export interface RecordKey {
  /** The place of the pass. */
  pass: number
  /** A 32-bit hash of the pass and the value. */
  key: number
}

/** Returns the keys of a record, each once. */
export function keysOf(record: PreparedRecord, passes: readonly Pass[]): RecordKey[] {
  const found = new Map<number, RecordKey>()
  passes.forEach((pass, place) => {
    for (const value of pass.keysOf(record)) {
      const key = value ? hashOf(`${pass.code} ${value}`) : undefined
      if (key !== undefined) found.set(key, { pass: place, key })
    }
  })
  return [...found.values()]
}
