import Negotiator from 'negotiator'
import { Problem } from '../../errors/problem.ts'

/** The forms of a report, each with its media type. The first is sent if the caller accepts any. */
export const mediaTypes = { json: 'application/json', csv: 'text/csv', svg: 'image/svg+xml' } as const

/** A form of a report. */
export type Form = keyof typeof mediaTypes

const forms = Object.keys(mediaTypes) as Form[]

// A range with parameters matches only a type that has them.
const variants = new Map(
  ['', ';charset=utf-8'].flatMap((parameters) => forms.map((form) => [mediaTypes[form] + parameters, form] as const)),
)

/**
 * Returns the form that the header `Accept` prefers. Throws a problem that lists the media types if it accepts none. The
 * response needs `Vary: Accept`.
 */
export function chooseForm(accept: string | undefined): Form {
  const preferred = new Negotiator({ headers: { accept: accept || undefined } }).mediaType([...variants.keys()])
  const form = variants.get(preferred ?? '')
  if (form) return form
  throw new Problem('not_acceptable', {}, { extra: { available: Object.values(mediaTypes) } })
}
