import { problemCodes } from '../codes.ts'
import type { Language } from './language.ts'
import { faultMessage, fill, suggestion } from './messages.ts'
import type { Fault, Problem } from './problem.ts'

/** Problems whose own text says nothing that their faults do not say better. */
const general: readonly string[] = ['malformed_request', 'validation_failed', 'malformed_json']

/** The most allowed values in the text of a fault. All of them are in `errors`. */
const mostAllowed = 20

/**
 * Returns the text of a problem in one line, for callers who show or log only this text: what happened, the first fault,
 * the number of the other faults, and the closest known name.
 */
export function detailOf({ code, params, faults, extra }: Problem, language: Language): string {
  const own = fill(problemCodes[code].detail[language], params, language)
  const [first] = faults
  if (first) {
    const told = summaryOf(first, faults.length - 1, language)
    return general.includes(code) ? told : `${own} ${told}`
  }
  const { hint } = extra
  return typeof hint !== 'string' || own.includes(hint) ? own : `${own} ${suggestion(hint, language)}`
}

function placeOf({ parameter, pointer = '' }: Fault, language: Language): string {
  if (parameter !== undefined || pointer !== '') return parameter ?? pointer
  return language === 'ru' ? 'Тело запроса' : 'Body'
}

function summaryOf(fault: Fault, others: number, language: Language): string {
  const place = placeOf(fault, language).slice(0, 200)
  const message = faultMessage(fault, language)
  const { allowed = [] } = fault
  const isListed = fault.hint === undefined && allowed.length > 0 && allowed.length <= mostAllowed
  const choices = isListed ? ` ${language === 'ru' ? 'Допустимо' : 'Allowed'}: ${allowed.join(', ')}.` : ''
  const more = language === 'ru' ? ` (и ещё ${others})` : ` (+${others} more)`
  return `${place}: ${message}${choices}${others ? more : ''}`
}
