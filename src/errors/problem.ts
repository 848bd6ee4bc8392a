import { type FaultCode, type ProblemCode, problemCodes } from '../codes.ts'
import { detailOf } from './detail.ts'
import type { FaultDocument, ProblemDocument } from './documents.ts'
import type { Labels, Language } from './language.ts'
import { faultMessage, fill } from './messages.ts'

/** Values for the `{placeholders}` of a message. Labels are shown in the language of the message. */
export type Params = Readonly<Record<string, string | number | Labels>>

/** A fault of a request: its place (pointer in the body, or parameter or header), its code and the allowed values. */
export interface Fault {
  pointer?: string
  parameter?: string
  code: FaultCode
  params?: Params
  allowed?: readonly string[]
  /** The closest known name. */
  hint?: string
  /** The words of a cell that are no allowed value. Not shown: it is what an import can create. */
  unknown?: string
}

/** Optional parts of a problem. The members of `extra` are added to the standard members of the response. */
export interface ProblemExtras {
  faults?: readonly Fault[]
  headers?: Readonly<Record<string, string>>
  extra?: Readonly<Record<string, unknown>>
}

/** An error that the caller sees. The error handler turns it into a response. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly status: number
  readonly params: Params
  readonly faults: readonly Fault[]
  readonly headers: Readonly<Record<string, string>>
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: ProblemCode, params: Params = {}, { faults = [], headers = {}, extra = {} }: ProblemExtras = {}) {
    super(fill(problemCodes[code].detail.en, params, 'en'))
    this.code = code
    this.status = problemCodes[code].status
    this.params = params
    this.faults = faults
    this.headers = headers
    this.extra = extra
  }
}

/** Maximum number of faults in a response, so that a request with a million errors gets a short response. */
export const maxFaults = 100

/** A list of faults with a maximum length. Faults beyond it are dropped. */
export class FaultList extends Array<Fault> {
  readonly #most: number

  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  constructor(most = maxFaults) {
    super()
    this.#most = most
  }

  /** Whether the list is full, so that callers can stop looking for faults. */
  get isFull(): boolean {
    return this.length >= this.#most
  }

  override push(...faults: Fault[]): number {
    for (const fault of faults) if (!this.isFull) super.push(fault)
    return this.length
  }
}

/** Returns the problem for these faults: 400 when all are in the URL or headers, 422 otherwise. */
export function invalid(faults: readonly Fault[]): Problem {
  const inAddress = faults.every((fault) => fault.parameter !== undefined)
  return new Problem(inAddress ? 'malformed_request' : 'validation_failed', {}, { faults: faults.slice(0, maxFaults) })
}

/** Returns the results of all readers. Throws one problem with the faults of all; other errors are thrown unchanged. */
export function readAll<Parts extends object>(readers: { [Name in keyof Parts]: () => Parts[Name] }): Parts {
  const parts: Partial<Parts> = {}
  const faults = new FaultList()
  for (const name in readers) {
    try {
      parts[name] = readers[name]()
    } catch (error) {
      if (!isInvalid(error)) throw error
      faults.push(...error.faults)
    }
  }
  if (faults.length) throw invalid(faults)
  return parts as Parts
}

function isInvalid(error: unknown): error is Problem {
  return error instanceof Problem && (error.code === 'malformed_request' || error.code === 'validation_failed')
}

/** Returns the response body for a problem. */
export function problemDocument(
  problem: Problem,
  language: Language,
  at: { instance: string; traceId: string },
): ProblemDocument {
  const { title } = problemCodes[problem.code]
  const document: ProblemDocument = {
    ...problem.extra,
    type: `/docs/errors#${problem.code}`,
    title: title[language],
    status: problem.status,
    code: problem.code,
    detail: detailOf(problem, language),
    instance: at.instance,
    traceId: at.traceId,
  }
  if (problem.faults.length > 0) document.errors = problem.faults.map((fault) => faultDocument(fault, language))
  return document
}

/** Returns a fault in the form of responses. */
export function faultDocument(fault: Fault, language: Language): FaultDocument {
  return {
    ...(fault.pointer !== undefined && { pointer: fault.pointer }),
    ...(fault.parameter !== undefined && { parameter: fault.parameter }),
    code: fault.code,
    message: faultMessage(fault, language),
    ...(fault.allowed !== undefined && { allowed: [...fault.allowed] }),
    ...(fault.hint !== undefined && { hint: fault.hint }),
  }
}
