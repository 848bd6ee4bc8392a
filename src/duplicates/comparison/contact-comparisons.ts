import { typingErrors } from '../../names/edits.ts'
import { type Agreement, atLevel, type Comparison, closerOf } from './comparison.ts'
import { type Email, isMistyped } from './email.ts'
import { type ValueKind, valueHash } from './values.ts'

const phoneLevels = ['several', 'same', 'typingError', 'sameEnding', 'different'] as const

/** Shorter numbers have too few digits for typing errors. */
const shortestMistyped = 7

/** Compares the phones of two records: any number of one with any of the other. */
const phone: Comparison = {
  code: 'phone',
  levels: phoneLevels,
  explained: 3,
  paths: ['phones'],
  sharedValues: 'rarest',
  isIdentifier: true,
  identifies: true,
  compare({ a: { phones }, b: { phones: others } }) {
    if (!phones.length || !others.length) return undefined
    const shared = phones.filter((one) => others.includes(one))
    if (!shared.length)
      return atLevel(Math.min(...phones.flatMap((one) => others.map((other) => digitsLevel(one, other)))))
    return { level: shared.length > 1 ? 0 : 1, values: shared.map((one) => valueHash('phone', one)) }
  },
}

function digitsLevel(a: string, b: string): number {
  if (a.length < shortestMistyped || b.length < shortestMistyped) return 4
  if (a.length === b.length && typingErrors(a, b, 1) === 1) return 2
  return a.slice(-7) === b.slice(-7) ? 3 : 4
}

const emailLevels = ['same', 'sharedRole', 'typingError', 'otherHost', 'sameHost', 'different'] as const

/** The value that two e-mails share at each level. A typing error counts like the mailbox itself. */
const sharedParts: readonly (readonly [ValueKind, keyof Email & ('mailbox' | 'local' | 'host')] | undefined)[] = [
  ['mailbox', 'mailbox'],
  ['mailbox', 'mailbox'],
  undefined,
  ['local', 'local'],
  ['host', 'host'],
]

/** Compares the e-mails of two records. The two that agree best count. */
const email: Comparison = {
  code: 'email',
  levels: emailLevels,
  explained: 3,
  paths: ['emails'],
  sharedValues: 'rarest',
  isIdentifier: true,
  identifies: true,
  compare({ a: { emails }, b: { emails: others } }) {
    let best: Agreement | undefined
    for (const one of emails) {
      for (const other of others) {
        const level = emailLevel(one, other)
        if (best && best.level < level) continue
        const [kind, part] = sharedParts[level] ?? []
        best = closerOf(best, kind && part ? { level, values: [valueHash(kind, one[part])] } : atLevel(level))
      }
    }
    return best
  },
}

function emailLevel(a: Email, b: Email): number {
  if (a.mailbox === b.mailbox) return a.isRole ? 1 : 0
  if (isMistyped(a, b)) return 2
  if (a.local === b.local && a.local.length > 3 && !a.isRole) return 3
  return a.host === b.host ? 4 : 5
}

/** Compares the hosts of websites. */
const website: Comparison = {
  code: 'website',
  levels: ['same', 'different'],
  explained: 1,
  paths: ['websites'],
  sharedValues: 'rarest',
  isIdentifier: true,
  identifies: true,
  compare({ a: { hosts }, b: { hosts: others } }) {
    if (!hosts.length || !others.length) return undefined
    const shared = hosts.filter((host) => others.includes(host))
    return shared.length ? { level: 0, values: shared.map((host) => valueHash('host', host)) } : atLevel(1)
  },
}

/** Comparisons of phones, e-mails and websites. */
export const contactComparisons: readonly Comparison[] = [phone, email, website]
