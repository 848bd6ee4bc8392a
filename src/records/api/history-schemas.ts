import Type from 'typebox'
import { FieldValue } from '../../fields/kinds/value-schemas.ts'
import { filterOf } from '../../filters/schemas.ts'
import { historyKinds, vias } from '../../history/write.ts'
import { pageQuery } from '../../http/id-page.ts'
import { countedListOf } from '../../http/lists.ts'
import { fixedOrderQuery } from '../../lists/parameters.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'

const instant = (description: string) => Type.String({ format: 'date-time', description })
const inWords = (description: string) => Type.Optional(nullable(Type.String(), { description }))

/** An entry of a record's history: the fields that changed together. */
export const HistoryEntry = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the entry.' }),
    recordId: Type.Optional(
      Type.Integer({ description: 'Only for an entry of a record that was merged into this one: id of that record.' }),
    ),
    at: instant('Time when the record was changed.'),
    actorId: nullable(Type.Integer(), {
      description: 'Id of the user who made the change. Null if the server made it.',
    }),
    actorName: inWords('Name of that user. Only with `mode=people`.'),
    via: enumOf([...vias], { description: 'How the change was made. A batch is `api`.', examples: ['api'] }),
    version: Type.Integer({
      description:
        'Version of the record after the change. Versions are missing where the caller may not read any changed field.',
    }),
    kind: enumOf([...historyKinds], { description: 'Kind of change.' }),
    changes: Type.Array(
      Type.Object({
        field: Type.String({
          description:
            'Path of the field. `files` are the files attached to the record: `old` has those that were detached, `new` those that were attached.',
        }),
        label: Type.Optional(Type.String({ description: 'Label of the field. Only with `mode=people`.' })),
        old: { ...ref(FieldValue), description: 'Value before the change.' },
        new: { ...ref(FieldValue), description: 'Value after the change.' },
        oldText: inWords('Old value as text. Only with `mode=people`.'),
        newText: inWords('New value as text. Only with `mode=people`.'),
      }),
      { description: 'Fields that changed. An entry about a creation has no values.' },
    ),
  },
  { $id: 'HistoryEntry', description: 'An entry of the history of a record.' },
)

/** A page of a record's history. */
export const HistoryList = countedListOf(HistoryEntry, 'HistoryList')

/** The schemas of these routes. */
export const historySchemas = [HistoryEntry, HistoryList]

/** The query parameters of a history. */
export const HistoryQuery = Type.Object(
  {
    ...fixedOrderQuery,
    mode: enumOf(['raw', 'people'], {
      default: 'raw',
      description:
        "`people` adds texts for fields, values and users: labels in the caller's language and names of linked records. A record that the caller may not read appears as `#5`.",
    }),
  },
  { additionalProperties: false },
)

/** The query parameters of a stage history. */
export const StageHistoryQuery = Type.Object(pageQuery, { additionalProperties: false })

/** The filter of a history, as the API document shows it. */
export const historyFilter = filterOf(
  'Filter, as in lists of records. An entry must match all conditions. Fields: `field` (path of a changed field), `at`, `actorId`, `kind`, `via`, `version`, `id`.',
  { field: { in: 'responsibleId,comment' }, actorId: 'me', at: { gte: 'last30Days' } },
  enumOf(['field', 'at', 'actorId', 'kind', 'via', 'version', 'id']),
)
