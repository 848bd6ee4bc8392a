import Type, { type Static } from 'typebox'
import type { Delimiter } from '../../csv/dialect.ts'
import type { WrittenEncoding } from '../../csv/write.ts'
import type { Language } from '../../errors/language.ts'
import { invalid } from '../../errors/problem.ts'
import type { ExportMode } from '../../exports/columns.ts'
import { formatOptions, usualDelimiter } from '../../exports/options.ts'
import { enumOf, listText } from '../../schema/build.ts'
import { chartNames } from '../table.ts'
import type { Form } from './choose-form.ts'
import { themeNames } from './palette.ts'

const { mode, delimiter } = formatOptions

const csvParameters = {
  // A report can have a mode of its own.
  csvMode: mode,
  delimiter,
  encoding: Type.Optional(
    enumOf(['utf-8', 'utf-8-bom'], {
      description:
        'Encoding of the file. `utf-8-bom` begins with a byte order mark. Default: `utf-8-bom` for `people`, `utf-8` for `raw`.',
    }),
  ),
}

/** The bounds of a picture in pixels, and its usual width. */
export const pictureSize = { width: { min: 320, usual: 800, max: 2000 }, height: { min: 240, max: 2000 } } as const

const svgParameters = {
  chart: Type.Optional(
    enumOf([...chartNames], { description: "Chart of the picture. Default: the first of the report's `charts`." }),
  ),
  columns: Type.Optional(
    Type.String({
      ...listText,
      maxLength: 500,
      description:
        'Keys of the columns to draw, such as `won` and `lost`. All have the same kind. Default: those that suit the chart.',
    }),
  ),
  theme: Type.Optional(enumOf([...themeNames], { description: 'Colors of the picture. Default: `light`.' })),
  width: Type.Optional(
    Type.Integer({
      ...{ minimum: pictureSize.width.min, maximum: pictureSize.width.max },
      description: `Width in pixels. Default: ${pictureSize.width.usual}.`,
    }),
  ),
  height: Type.Optional(
    Type.Integer({
      ...{ minimum: pictureSize.height.min, maximum: pictureSize.height.max },
      description: 'Height in pixels. Default: as the chart needs. In a lower picture, fewer bars fit.',
    }),
  ),
}

/** The parameters of the forms of a report. Each belongs to one form and is refused in the others. */
export const formParameters = { ...csvParameters, ...svgParameters }

/** The parameters of a request that has its report in the body. */
export const FormQuery = Type.Object(formParameters, { additionalProperties: false })

type Given = Static<typeof FormQuery>
/** The parameters of the forms as they are given. */
export type FormParameters = { [Name in keyof Given]?: Given[Name] | undefined }

const parametersOf: Readonly<Record<Form, readonly string[]>> = {
  json: [],
  csv: Object.keys(csvParameters),
  svg: Object.keys(svgParameters),
}

/** Throws the faults of parameters that belong to another form than the one that is sent. */
export function refuseForeign(form: Form, given: FormParameters): void {
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name))
  const foreign = names.filter((name) => !parametersOf[form].includes(name))
  if (foreign.length) throw invalid(foreign.map((parameter) => ({ parameter, code: 'not_allowed_here' })))
}

/** The format of a CSV file. */
export interface CsvOptions {
  mode: ExportMode
  encoding: WrittenEncoding
  delimiter: Delimiter
}

/** Returns the format of a CSV file, with the defaults of exports. */
export function csvOptions(
  { csvMode: mode = 'people', encoding, delimiter }: FormParameters,
  language: Language,
): CsvOptions {
  return {
    mode,
    encoding: encoding ?? (mode === 'people' ? 'utf-8-bom' : 'utf-8'),
    delimiter: delimiter ?? usualDelimiter(mode, language),
  }
}
