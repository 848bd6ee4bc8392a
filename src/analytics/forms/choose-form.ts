import { preferredType } from '../../errors/preferred-type.ts'
import { Problem } from '../../errors/problem.ts'

/** The forms of a report, each with its media type. The first is sent if the caller accepts any. */
export const mediaTypes = { json: 'application/json', csv: 'text/csv', svg: 'image/svg+xml' } as const

/** A form of a report. */
export type Form = keyof typeof mediaTypes

const forms = Object.keys(mediaTypes) as Form[]

/** Returns the form that the header `Accept` prefers. Throws a problem that lists the media types if it accepts none. */
export function chooseForm(accept: string | undefined): Form {
  const available = Object.values(mediaTypes)
  const preferred = preferredType(accept, available)
  const form = forms.find((one) => mediaTypes[one] === preferred)
  if (form) return form
  throw new Problem('not_acceptable', {}, { extra: { available } })
}
