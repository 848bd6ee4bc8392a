import { maxHeaderSize } from 'node:http'
import Type from 'typebox'
import { mostIds } from '../bulk/schemas.ts'
import { problems } from '../errors/documents.ts'
import { mostFaults } from '../errors/problem.ts'
import { mostColumnValues } from '../fields/kinds/column-kinds.ts'
import { mostCommunications } from '../fields/kinds/communication-kinds.ts'
import { mostExternalIds } from '../fields/kinds/external-ids-kind.ts'
import { mostLinks } from '../fields/kinds/link-schemas.ts'
import { longestString, longestText } from '../fields/kinds/text-kinds.ts'
import { bounds } from '../filters/filter.ts'
import type { App } from '../http/foundation.ts'
import { pageLength } from '../http/id-page.ts'
import { rateWindowSeconds } from '../http/rate-limit.ts'
import { longestWait } from '../jobs/api/routes.ts'
import { jsonLimits } from '../json/json-text.ts'
import { mostKeys } from '../people/api-key.ts'
import { mostOperations } from '../records/api/requests.ts'
import { mostSortKeys } from '../records/query/sort.ts'
import { mostUnknownKeys } from '../rights/authenticate.ts'
import { nullable, ref, saying } from '../schema/build.ts'
import { mostOptions } from '../user-fields/field-requests.ts'
import { mostColumns } from '../user-fields/write-user-field.ts'

/** The limits that are set where the server is started. */
export interface SetLimits {
  bodyLimit: number
  uploadLimit: number
  rateLimit?: number | undefined
  statementTimeoutMs?: number | undefined
}

const count = (description: string) => Type.Integer({ description })
const bytes = (description: string) => Type.Integer({ description, examples: [10_485_760] })

const Limits = Type.Object(
  {
    rate: Type.Object(
      {
        requests: nullable(Type.Integer(), { description: 'Requests of one key; null when any number is allowed.' }),
        unknownKeys: count(
          'Requests with an unknown key from one address. Beyond it, only keys that were used within a day are accepted from there.',
        ),
        windowSeconds: count('The window in which they are counted.'),
      },
      { description: 'How often one may ask; each server counts for itself.' },
    ),
    sizes: Type.Object(
      {
        headers: bytes('The headers of a request with its address.'),
        body: bytes('A JSON body.'),
        bodyValues: count('Members of objects and items of lists in a JSON body, all together.'),
        bodyKeys: count('Members of one object in a JSON body.'),
        upload: bytes('An uploaded file.'),
      },
      { description: 'The largest requests; sizes are in bytes.' },
    ),
    times: Type.Object(
      {
        statementSeconds: nullable(Type.Number(), {
          description: 'How long a request may ask the database for one thing; null when as long as it takes.',
        }),
        waitSeconds: count('The longest `wait` for a job.'),
      },
      { description: 'How long things may take.' },
    ),
    lists: Type.Object(
      {
        defaultPage: count('Entries on a page that asks for no number.'),
        page: count('Entries on a page.'),
        sortFields: count('Fields in a sort order.'),
        filterDepth: count('Levels of nested conditions.'),
        filterConditions: count('Conditions of a filter.'),
        filterValues: count('Values in a list of a condition.'),
      },
      { description: 'What lists may be asked for.' },
    ),
    writes: Type.Object(
      {
        operations: count('Operations of a batch.'),
        bulkIds: count('Ids that a bulk action may name; a filter may find any number.'),
      },
      { description: 'What one request may write.' },
    ),
    fields: Type.Object(
      {
        columns: count('Columns that the fields of one type may have had, deleted ones included.'),
        options: count('Options of an enumeration.'),
      },
      { description: 'What types of records may be made of.' },
    ),
    values: Type.Object(
      {
        string: count('Characters of a text of one line.'),
        text: count('Characters of a text of several lines.'),
        multiple: count('Values of a field that takes several.'),
        communications: count('Phones of a record; as many e-mails, websites and messengers.'),
        links: count('Records in a list of links.'),
        externalIds: count('External ids of a record.'),
      },
      { description: 'What a record may hold.' },
    ),
    people: Type.Object(
      { keys: count('API keys of a user that hold at the same time.') },
      { description: 'What a user may have.' },
    ),
    faults: count('Faults that an answer tells at once.'),
  },
  { $id: 'Limits', description: 'The limits of this server.' },
)

/** The schemas of this route. */
export const limitsSchemas = [Limits]

/** The limits of this server: each is the number that enforces it. */
export function limitsRoute(app: App, set: SetLimits): void {
  const limits = limitsOf(set)
  app.get(
    '/limits',
    {
      config: { untagged: true },
      schema: {
        ...saying('Server')(
          'getLimits',
          'Read the limits',
          'How often, how much and how long one may ask this server.',
        ),
        response: { 200: ref(Limits), ...problems(400, 401, 503) },
      },
    },
    () => limits,
  )
}

function limitsOf(set: SetLimits): Type.Static<typeof Limits> {
  return {
    rate: { requests: set.rateLimit || null, unknownKeys: mostUnknownKeys, windowSeconds: rateWindowSeconds },
    sizes: {
      headers: maxHeaderSize,
      body: set.bodyLimit,
      bodyValues: jsonLimits.values,
      bodyKeys: jsonLimits.members,
      upload: set.uploadLimit,
    },
    times: {
      statementSeconds: set.statementTimeoutMs ? set.statementTimeoutMs / 1000 : null,
      waitSeconds: longestWait,
    },
    lists: {
      ...{ defaultPage: pageLength.default, page: pageLength.most, sortFields: mostSortKeys },
      ...{ filterDepth: bounds.depth, filterConditions: bounds.conditions, filterValues: bounds.values },
    },
    writes: { operations: mostOperations, bulkIds: mostIds },
    fields: { columns: mostColumns, options: mostOptions },
    values: {
      ...{ string: longestString, text: longestText, multiple: mostColumnValues },
      ...{ communications: mostCommunications, links: mostLinks, externalIds: mostExternalIds },
    },
    people: { keys: mostKeys },
    faults: mostFaults,
  }
}
