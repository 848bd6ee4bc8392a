import { type Static, Type } from 'typebox'
import { aliasesOf } from '../../columns/aliases.ts'
import { everyday } from '../../columns/known/everyday.ts'
import { isLink, isList, type TargetColumns, targetColumns } from '../../columns/targets.ts'
import { problems } from '../../errors/documents.ts'
import type { Labels } from '../../errors/language.ts'
import { kindNames } from '../../fields/kind-names.ts'
import type { App } from '../../http/foundation.ts'
import { onePage } from '../../http/id-page.ts'
import { Label, LabelsQuery, labelFor } from '../../http/labels.ts'
import { listOf } from '../../http/lists.ts'
import { operationDocs } from '../../records/api/operation-docs.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import type { Access } from '../../rights/access.ts'
import { enumOf, ref } from '../../schema/build.ts'

const ImportTargetDocument = Type.Object(
  {
    field: Type.String({
      description: 'What a column can fill, as in `mapping`: a field, or a part of one.',
      examples: ['phones.work'],
    }),
    label: ref(Label),
    kind: enumOf([...kindNames], { description: 'Kind of the field.' }),
    required: Type.Boolean({ description: 'Whether every record needs a value.' }),
    multiple: Type.Boolean({ description: 'Whether several columns of a file can fill it.' }),
    aliases: Type.Array(Type.String(), {
      description:
        'Further column names that are recognized: those that people use, and those in files of other programs. Case, spaces and punctuation do not matter.',
      examples: [['Phone', 'Телефон', 'Phone 1 - Value']],
    }),
  },
  { $id: 'ImportTarget', description: 'What a column of an imported file can fill.' },
)

const ImportTargetList = listOf(ImportTargetDocument, 'ImportTargetList')

/** Schemas of what the columns of a file can fill. */
export const columnSchemas = [ImportTargetDocument, ImportTargetList]

/** Adds the route that lists what the columns of an imported file can fill. */
export function columnsRoute(app: App, { type, path, ofList, missing, codeOf }: RecordResource): void {
  app.get(
    `${path}/import/columns`,
    {
      schema: {
        ...operationDocs(type).importColumns,
        ...ofList,
        querystring: LabelsQuery,
        response: { 200: ref(ImportTargetList), ...missing, ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => {
      const { access, query } = request
      const grant = access.grantFor(codeOf(request), 'import')
      return onePage(shownTargets(targetColumns(grant.writable.values(), everyday.code), access, query.labels))
    },
  )
}

/** Labels of what no column of an export contains. */
const labelsOfOthers = {
  fullName: { en: 'Full name', ru: 'Полное имя' },
  kind: { en: 'kind', ru: 'вид' },
}

function shownTargets(
  targets: TargetColumns,
  { language }: Access,
  all: 'all' | undefined,
): Static<typeof ImportTargetDocument>[] {
  const aliases = aliasesOf(targets)
  const shown = (field: string, label: Labels, { kind, required = false, multiple = false }: Shown) => ({
    ...{ field, label: labelFor(label, language, all), kind, required, multiple },
    aliases: aliases.get(field) ?? [],
  })
  const { columns, uses, hasFullName } = targets
  const fields = [...columns.values()].map((column) => {
    const { key, label, field } = column
    return shown(key, label, { kind: field.kind, required: field.required, multiple: isList(column) || isLink(column) })
  })
  const kinds = [...uses].map((key) => {
    const { field } = columns.get(key.replace(/\.kind$/, ''))!
    const label = (name: 'en' | 'ru') => `${field.label[name]}: ${labelsOfOthers.kind[name]}`
    return shown(key, { en: label('en'), ru: label('ru') }, { kind: 'string', multiple: true })
  })
  return [...(hasFullName ? [shown('fullName', labelsOfOthers.fullName, { kind: 'string' })] : []), ...fields, ...kinds]
}

type Shown = Pick<Static<typeof ImportTargetDocument>, 'kind'> &
  Partial<Pick<Static<typeof ImportTargetDocument>, 'required' | 'multiple'>>
