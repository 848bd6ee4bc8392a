import Type from 'typebox'
import type { Language } from '../../errors/language.ts'
import { bytes, ref } from '../../schema/build.ts'
import { ReportTable } from '../table.ts'
import { chartOf, type DrawnByShape } from './chart.ts'
import { chooseForm, type Form, mediaTypes } from './choose-form.ts'
import { csvOf } from './csv.ts'
import { csvOptions, type FormParameters, refuseForeign } from './options.ts'
import { pictureOf, svgOf } from './svg.ts'

/** What a form of a report depends on besides its parameters. */
export interface FormWriting {
  language: Language
  /** The time zone of timestamps in files. */
  timeZone: string
  /** What the charts of the report show. */
  drawn?: DrawnByShape | undefined
}

/** A report in one of its forms, with the headers of the response. */
export interface WrittenForm {
  headers: Readonly<Record<string, string>>
  body: ReportTable | Buffer
}

/** The response with a report, for the document. */
export const formResponse = {
  description: 'The report in the form that `Accept` prefers: JSON, CSV or an SVG picture.',
  headers: {
    Vary: Type.String({
      description: 'Headers of the request on which the form depends.',
      examples: ['Accept, Accept-Language'],
    }),
    'Content-Disposition': Type.Optional(
      Type.String({ description: 'Name of a CSV file.', examples: ['attachment; filename="deals-2026-11-30.csv"'] }),
    ),
  },
  content: {
    [mediaTypes.json]: { schema: ref(ReportTable) },
    [mediaTypes.csv]: { schema: bytes<Buffer>('CSV (RFC 4180): the rows and the totals.') },
    [mediaTypes.svg]: { schema: bytes<Buffer>('A chart with a title and a description.') },
  },
}

/**
 * Returns the form that a request asks for by `Accept`. Throws a problem if there is none, and the faults of parameters that
 * belong to other forms. Call it before the report is calculated.
 */
export function readForm(accept: string | undefined, parameters: FormParameters): Form {
  const form = chooseForm(accept)
  refuseForeign(form, parameters)
  return form
}

/** Returns a report in a form. Throws the faults of the parameters. */
export function writeForm(
  table: ReportTable,
  form: Form,
  parameters: FormParameters,
  writing: FormWriting,
): WrittenForm {
  const vary = { vary: 'Accept, Accept-Language' }
  const { language, timeZone, drawn } = writing
  if (form === 'json') return { headers: { ...vary, 'content-type': mediaTypes.json }, body: table }
  if (form === 'svg') {
    const picture = svgOf(table, chartOf(table, parameters, drawn), pictureOf(parameters, language))
    return { headers: { ...vary, 'content-type': mediaTypes.svg }, body: Buffer.from(picture) }
  }
  const name = [table.report, ...(table.period ? [table.period.lastDay] : [])].join('-')
  const headers = {
    ...{ ...vary, 'content-type': `${mediaTypes.csv}; charset=utf-8; header=present` },
    'content-disposition': `attachment; filename="${name}.csv"`,
  }
  return { headers, body: csvOf(table, { ...csvOptions(parameters, language), language, timeZone }) }
}
