import type { FaultDocument, ProblemDocument } from './documents.ts'
import { type FaultCode, faultCodes } from './fault-codes.ts'
import { wordFor } from './format-text.ts'
import type { Labels, Language } from './language.ts'
import { type ProblemCode, problemCodes } from './problem-codes.ts'

/** Values for the `{placeholders}` of a sentence. */
export type Params = Readonly<Record<string, string | number>>

/** One fault of a request: where (pointer in the body or parameter of the URL), which, and what would have been right. */
export interface Fault {
  pointer?: string
  parameter?: string
  code: FaultCode
  params?: Params
  allowed?: readonly string[]
  /** The known name that was probably meant. */
  hint?: string
}

/** What a problem may carry besides its sentence; the members of `extra` stand in the answer beside the standard ones. */
export interface ProblemExtras {
  faults?: readonly Fault[]
  headers?: Readonly<Record<string, string>>
  extra?: Readonly<Record<string, unknown>>
}

/** A refusal the caller is told about; thrown where it is known, turned into an answer by the error handler. */
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

/** Most faults told at once: more would help nobody, nor must a million typos be answered with a million sentences. */
export const mostFaults = 100

/** Faults of a request, up to a number: what comes after them is not kept. */
export class FaultList extends Array<Fault> {
  readonly #most: number

  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  constructor(most = mostFaults) {
    super()
    this.#most = most
  }

  /** Whether no more faults are kept, so that none need be worked out. */
  get isFull(): boolean {
    return this.length >= this.#most
  }

  override push(...faults: Fault[]): number {
    for (const fault of faults) if (!this.isFull) super.push(fault)
    return this.length
  }
}

/** The refusal of a request for its faults: 400 when all of them stand in the URL or headers, 422 otherwise. */
export function invalid(faults: readonly Fault[]): Problem {
  const inAddress = faults.every((fault) => fault.parameter !== undefined)
  return new Problem(inAddress ? 'malformed_request' : 'validation_failed', {}, { faults: faults.slice(0, mostFaults) })
}

/** What all the readers read. Throws the faults of all of them at once, and what is no refusal for faults as it is. */
export function allOf<Parts extends object>(readers: { [Name in keyof Parts]: () => Parts[Name] }): Parts {
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

/** The sentence that tells people about a fault. */
export function faultMessage(fault: Fault, language: Language): string {
  const params: Record<string, string | number> = { name: nameOf(fault), ...fault.params }
  if (params.expected !== undefined) params.expected = spellTypes(String(params.expected), language)
  const message = fill(faultCodes[fault.code][language], params, language)
  if (fault.hint === undefined) return message
  return `${message} ${language === 'ru' ? 'Возможно, имелось в виду' : 'Did you mean'} ${fault.hint}?`
}

/** The document that tells the caller of this language about a problem met at this path. */
export function problemDocument(
  problem: Problem,
  language: Language,
  at: { instance: string; traceId: string },
): ProblemDocument {
  const { title, detail } = problemCodes[problem.code]
  const document: ProblemDocument = {
    ...problem.extra,
    type: `/docs/errors#${problem.code}`,
    title: title[language],
    status: problem.status,
    code: problem.code,
    detail: fill(detail[language], problem.params, language),
    instance: at.instance,
    traceId: at.traceId,
  }
  if (problem.faults.length > 0) document.errors = problem.faults.map((fault) => faultDocument(fault, language))
  return document
}

function faultDocument(fault: Fault, language: Language): FaultDocument {
  return {
    ...(fault.pointer !== undefined && { pointer: fault.pointer }),
    ...(fault.parameter !== undefined && { parameter: fault.parameter }),
    code: fault.code,
    message: faultMessage(fault, language),
    ...(fault.allowed !== undefined && { allowed: [...fault.allowed] }),
    ...(fault.hint !== undefined && { hint: fault.hint }),
  }
}

function nameOf({ pointer, parameter }: Fault): string {
  const name =
    parameter ??
    pointer
      ?.slice(pointer.lastIndexOf('/') + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~')
  return name === undefined ? '' : name.slice(0, 100)
}

function fill(template: string, params: Params, language: Language): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => wordFor(name, String(params[name] ?? '…'), language))
}

const typeNames: Readonly<Record<string, Labels>> = {
  string: { en: 'string', ru: 'строка' },
  number: { en: 'number', ru: 'число' },
  integer: { en: 'integer', ru: 'целое число' },
  boolean: { en: 'true or false', ru: 'true или false' },
  object: { en: 'object', ru: 'объект' },
  array: { en: 'array', ru: 'массив' },
  null: { en: 'null', ru: 'null' },
  file: { en: 'a file', ru: 'файл' },
}

// `expected` is written as JSON types joined by |, the way a schema lists them.
function spellTypes(expected: string, language: Language): string {
  return expected
    .split('|')
    .map((type) => typeNames[type]?.[language] ?? type)
    .join(language === 'ru' ? ' или ' : ' or ')
}
