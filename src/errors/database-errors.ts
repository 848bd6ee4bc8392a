import { Problem } from './problem.ts'

/** The problem behind an error of the database that is no fault of this server, if it is one. */
export function problemOfDatabase(error: unknown): Problem | undefined {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as Failure).cause) {
    const { code: named, message = '', syscall } = cause as Failure
    const code = String(named ?? '')
    // The socket of a local Postgres is a file, and gone with it.
    const isSocketGone = code === 'ENOENT' && syscall === 'connect'
    if (isSocketGone || isAway(code, message)) return new Problem('database_unavailable', {}, soon)
    if (code === '53100') return storageFull()
    if (code === '53300' || message.startsWith(fullMessage)) return new Problem('overloaded', {}, soon)
    if (code === '53200')
      return new Problem(message === 'out of shared memory' ? 'too_few_locks' : 'overloaded', {}, soon)
    if (code === '57014') return new Problem('timeout', {}, soon)
    if (isOfOldModel(code, message)) return new Problem('model_changing', {}, { headers: { 'retry-after': '1' } })
    if (code === '40001' || code === '40P01')
      return new Problem('write_conflict', {}, { headers: { 'retry-after': '1' } })
  }
  return undefined
}

/** The refusal of a write for which there is no room on the disk. */
export function storageFull(): Problem {
  return new Problem('storage_full', {}, { headers: { 'retry-after': '60' } })
}

/** Whether a statement named a field, an option or a table that was removed after the catalogue was read. */
export function isModelChanged(error: unknown): boolean {
  return problemOfDatabase(error)?.code === 'model_changing'
}

interface Failure {
  code?: unknown
  message?: string
  syscall?: string
  cause?: unknown
}

const soon = { headers: { 'retry-after': '2' } }

// Of the network; stopped, starting, or taken for a standby (57P01–57P03, 25006); class 08 besides.
const awayCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['57P01', '57P02', '57P03', '25006'],
])

// Every connection was busy for as long as one may wait for it.
const fullMessage = 'timeout exceeded when trying to connect'

// The driver gives these no code.
const awayMessages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end on the pool',
]

// A column, table or type that is no more, and an option, of which `hold_options` tells.
const goneCodes = new Set(['42703', '42P01', '42704', 'KT001'])

// What Postgres says where a table changed between two looks at it.
const goneMessages = [
  'cached plan must not change result type',
  'could not open relation with OID',
  'cache lookup failed',
]

function isOfOldModel(code: string, message: string): boolean {
  return goneCodes.has(code) || goneMessages.some((start) => message.startsWith(start))
}

function isAway(code: string, message: string): boolean {
  return awayCodes.has(code) || /^08...$/.test(code) || awayMessages.some((start) => message.startsWith(start))
}
