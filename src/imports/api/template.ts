import Type from 'typebox'
import { columnsOf } from '../../columns/columns.ts'
import { delimiters } from '../../csv/dialect.ts'
import { csvLines, encodeLines, writtenEncodings } from '../../csv/write.ts'
import { problems } from '../../errors/documents.ts'
import { uniqueLabels } from '../../exports/columns.ts'
import { usualDelimiter } from '../../exports/options.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { App } from '../../http/foundation.ts'
import { operationDocs } from '../../records/api/operation-docs.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import type { Grant } from '../../rights/grant.ts'
import { bytes, enumOf } from '../../schema/build.ts'

/** The parameters of a template. */
const TemplateQuery = Type.Object(
  {
    language: Type.Optional(
      enumOf(['en', 'ru'], { description: 'Language of the column names. Default: that of the caller.' }),
    ),
    encoding: Type.Optional(
      enumOf([...writtenEncodings], { description: 'Encoding of the file. Default: `utf-8-bom`.' }),
    ),
    delimiter: Type.Optional(
      enumOf([...delimiters], { description: 'Delimiter between names. Default: a comma; for Russian, a semicolon.' }),
    ),
  },
  { additionalProperties: false },
)

const file = {
  description: 'The file: one line with the names of the columns.',
  headers: {
    'Content-Disposition': Type.String({
      description: 'Name of the file.',
      examples: ['attachment; filename="contacts-template.csv"'],
    }),
  },
  content: { 'text/csv': { schema: bytes<Buffer>('CSV (RFC 4180).') } },
}

/** Adds the route of the template for imports of a resource. */
export function templateRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource): void {
  app.get(
    `${path}/import/template`,
    {
      config: { untagged: true },
      schema: {
        ...operationDocs(type).importTemplate,
        ...ofList,
        querystring: TemplateQuery,
        response: { 200: file, ...missing, ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { access, query } = request
      const grant = access.grantFor(codeOf(request), 'import')
      const { language = access.language, encoding = 'utf-8-bom' } = query
      const { delimiter = usualDelimiter('people', language) } = query
      const line = csvLines([namesFor(grant, language)], { delimiter, bom: encoding === 'utf-8-bom' })
      return reply
        .type(`text/csv; charset=${encoding === 'utf-8-bom' ? 'utf-8' : encoding}`)
        .header('content-disposition', `attachment; filename="${grant.type.plural}-template.csv"`)
        .send(encodeLines(line, encoding))
    },
  )
}

/** Returns the names of the columns that the caller may fill. Files and external ids are not written by people. */
function namesFor({ writable }: Grant, language: 'en' | 'ru'): string[] {
  const fields = [...writable.values()].filter((field) => {
    const { pointsTo, rows } = kindOf(field)
    return !field.readOnly && pointsTo !== 'file' && rows !== 'external_id'
  })
  const labels = uniqueLabels(fields, [], language)
  return columnsOf(fields, 'people').map(({ key }) => labels.get(key)!)
}
