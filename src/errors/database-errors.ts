import { Problem } from './problem.ts'

/** Returns the problem for a database error that the caller can retry or the operator can fix; undefined for others. */
export function problemOfDatabase(error: unknown): Problem | undefined {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as Failure).cause) {
    const { code: named, message = '', syscall } = cause as Failure
    const code = String(named ?? '')
    // The socket of a local Postgres is a file that disappears when the server stops.
    const isSocketGone = code === 'ENOENT' && syscall === 'connect'
    if (isSocketGone || isAway(code, message)) return new Problem('database_unavailable', {}, soon)
    if (code === '53100') return storageFull()
    if (code === '53300' || message.startsWith(fullMessage)) return new Problem('overloaded', {}, soon)
    if (code === '53200')
      return new Problem(message === 'out of shared memory' ? 'too_few_locks' : 'overloaded', {}, soon)
    if (code === '57014') return new Problem('timeout', {}, soon)
    if (isOfOldModel(code, message)) return new Problem('model_changing', {}, { headers: { 'retry-after': '1' } })
    if (conflictCodes.has(code)) return new Problem('write_conflict', {}, { headers: { 'retry-after': '1' } })
  }
  return undefined
}

/** Returns the problem for a write that fails because the disk is full. */
export function storageFull(): Problem {
  return new Problem('storage_full', {}, { headers: { 'retry-after': '60' } })
}

/** Returns whether a statement uses a field, option or table that was deleted after the catalogue was read. */
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

// Network errors, and a server that is stopping, starting or read-only (57P01–57P03, 25006). `isAway` adds class 08.
const awayCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['57P01', '57P02', '57P03', '25006'],
])

// The pool had no free connection within its timeout.
const fullMessage = 'timeout exceeded when trying to connect'

// Errors that the driver throws without a code.
const awayMessages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end on the pool',
]

// A column, table or type was deleted, or what `hold_…` holds was removed or changed (KT001): an option, an entry, a stage.
const goneCodes = new Set(['42703', '42P01', '42704', 'KT001'])

// Serialization failure, deadlock, and a lock that was not free in time.
const conflictCodes = new Set(['40001', '40P01', '55P03'])

// Postgres messages for a table that changed between two uses of it.
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
