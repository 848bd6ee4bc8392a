import { type FaultCode, faultCodes, type ProblemCode, problemCodes } from '../codes.ts'
import type { FaultDocument, ProblemDocument } from './documents.ts'
import { wordFor } from './format-text.ts'
import { keysOf } from './json-pointer.ts'
import type { Labels, Language } from './language.ts'

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

/** Returns the message of a fault. */
export function faultMessage(fault: Fault, language: Language): string {
  const params: Record<string, Params[string]> = { name: '', ...paramsOf(fault) }
  if (params.expected !== undefined) params.expected = spellTypes(String(params.expected), language)
  const message = fill(faultCodes[fault.code][language], params, language)
  if (fault.hint === undefined) return message
  return `${message} ${language === 'ru' ? 'Возможно, имелось в виду' : 'Did you mean'} ${fault.hint}?`
}

/** Returns the parameters for the message of a fault. By default, `name` is the last part of its place. */
export function paramsOf({ pointer = '', parameter, params }: Pick<Fault, 'pointer' | 'parameter' | 'params'>): Params {
  const name = parameter ?? keysOf(pointer).at(-1)
  return { ...(name !== undefined && { name: name.slice(0, 100) }), ...params }
}

/**
 * Returns the message of a code that was stored: of a fault, or of a problem. It begins with the field and ends with the
 * allowed values, if they are known.
 */
export function codeMessage(code: string, params: Params, language: Language): string {
  const { field, allowed } = params
  const message =
    code in faultCodes
      ? faultMessage({ code: code as FaultCode, params }, language)
      : fill(textOf(code)[language], params, language)
  const subject = typeof field === 'object' ? `${field[language]}: ` : ''
  return subject + message + (typeof allowed === 'object' ? choicesText(params.value, allowed, language) : '')
}

function choicesText(value: Params[string] | undefined, allowed: Labels, language: Language): string {
  if (language === 'ru') return `${value === undefined ? '' : ` Указано: ${value}.`} Допустимо: ${allowed.ru}.`
  return `${value === undefined ? '' : ` Found: ${value}.`} Allowed: ${allowed.en}.`
}

/** Returns the names of the parameters that the message of a code shows. */
export function placeholdersOf(code: string): string[] {
  return Array.from(textOf(code).en.matchAll(placeholder), ([, name]) => name!)
}

function textOf(code: string): Labels {
  if (code in faultCodes) return faultCodes[code as FaultCode]
  return problemCodes[code in problemCodes ? (code as ProblemCode) : 'internal_error'].detail
}

/** Returns the response body for a problem. */
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

const placeholder = /\{(\w+)\}/g

function fill(template: string, params: Params, language: Language): string {
  return template.replaceAll(placeholder, (_, name: string) => {
    const value = params[name] ?? '…'
    return typeof value === 'object' ? value[language] : wordFor(name, String(value), language)
  })
}

const typeNames: Readonly<Record<string, Labels>> = {
  string: { en: 'a string', ru: 'строка' },
  number: { en: 'a number', ru: 'число' },
  integer: { en: 'a whole number', ru: 'целое число' },
  boolean: { en: 'true or false', ru: 'true или false' },
  object: { en: 'an object', ru: 'объект' },
  array: { en: 'an array', ru: 'массив' },
  null: { en: 'null', ru: 'null' },
  file: { en: 'a file', ru: 'файл' },
}

// `expected` is a list of JSON types joined by |.
function spellTypes(expected: string, language: Language): string {
  return expected
    .split('|')
    .map((type) => typeNames[type]?.[language] ?? type)
    .join(language === 'ru' ? ' или ' : ' or ')
}
