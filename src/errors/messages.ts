import { type FaultCode, faultCodes, type ProblemCode, problemCodes } from '../codes.ts'
import { wordFor } from './format-text.ts'
import { keysOf } from './json-pointer.ts'
import type { Labels, Language } from './language.ts'
import type { Fault, Params } from './problem.ts'

/** Returns the message of a fault. */
export function faultMessage(fault: Fault, language: Language): string {
  const params: Record<string, Params[string]> = { name: '', ...paramsOf(fault) }
  if (params.expected !== undefined) params.expected = spellTypes(String(params.expected), language)
  const message = fill(faultCodes[fault.code][language], params, language)
  return fault.hint === undefined ? message : `${message} ${suggestion(fault.hint, language)}`
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

/** Returns the question whether the caller meant this name. */
export function suggestion(hint: string, language: Language): string {
  return language === 'ru' ? `Возможно, имелось в виду ${hint}?` : `Did you mean ${hint}?`
}

const placeholder = /\{(\w+)\}/g

/** Returns a text with its `{placeholders}` filled. */
export function fill(template: string, params: Params, language: Language): string {
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
