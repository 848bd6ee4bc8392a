import { maxHeaderSize } from 'node:http'
import Type from 'typebox'
import { mostIds } from '../bulk/schemas.ts'
import { mostDictionaries, mostEntries } from '../dictionaries/schemas.ts'
import { mostAttachments } from '../entities/attachments.ts'
import { problems } from '../errors/documents.ts'
import { maxFaults } from '../errors/problem.ts'
import { mostColumnValues } from '../fields/kinds/column-kinds.ts'
import { mostCommunications } from '../fields/kinds/communication-kinds.ts'
import { mostExternalIds } from '../fields/kinds/external-ids-kind.ts'
import { mostLinks } from '../fields/kinds/link-schemas.ts'
import { longestString, longestText } from '../fields/kinds/text-kinds.ts'
import { filterLimits } from '../filters/filter.ts'
import type { App } from '../http/foundation.ts'
import { pageLength } from '../http/id-page.ts'
import { rateWindowSeconds } from '../http/rate-limit.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { longestWait } from '../jobs/api/routes.ts'
import { mostStreams } from '../jobs/job-events.ts'
import { jsonLimits } from '../json/json-text.ts'
import { mostKeys } from '../people/api-key.ts'
import { mostPipelines, mostStages } from '../pipelines/api/schemas.ts'
import { mostOperations } from '../records/api/requests.ts'
import { mostSortKeys } from '../records/query/sort.ts'
import { mostUnknownKeys } from '../rights/authenticate.ts'
import { describeOperations, nullable, ref } from '../schema/build.ts'
import { mostTypes } from '../types/write-type.ts'
import { mostOptions } from '../user-fields/field-requests.ts'
import { mostIndexedFields } from '../user-fields/index-marks.ts'
import { mostColumns } from '../user-fields/write-user-field.ts'

/** The limits that the configuration sets. */
export interface ConfiguredLimits {
  bodyLimit: number
  uploadLimit: number
  rateLimit?: number | undefined
  statementTimeoutMs?: number | undefined
  /** Maximum time of each statement of a list without an index, in milliseconds. */
  unindexedTime: number
  /** Maximum time for calculating a report, in milliseconds. */
  analyticsTime: number
}

const count = (description: string) => Type.Integer({ description })
const bytes = (description: string) => Type.Integer({ description, examples: [10_485_760] })

const Limits = Type.Object(
  {
    rate: Type.Object(
      {
        requests: nullable(Type.Integer(), {
          description: 'Maximum number of requests per key. Null if there is no limit.',
        }),
        unknownKeys: count(
          'Maximum number of requests with an unknown key per address. Above it, only keys used within the last day are accepted from that address.',
        ),
        windowSeconds: count('Length of the window, in seconds.'),
        eventStreams: count('Maximum number of open event streams per user.'),
      },
      { description: 'Rate limits. Each server counts separately.' },
    ),
    sizes: Type.Object(
      {
        headers: bytes('Request line and headers.'),
        body: bytes('JSON body.'),
        bodyValues: count('Total number of object members and list items in a JSON body.'),
        bodyKeys: count('Members of one object in a JSON body.'),
        upload: bytes('Uploaded file.'),
      },
      { description: 'Maximum request sizes, in bytes.' },
    ),
    times: Type.Object(
      {
        statementSeconds: nullable(Type.Number(), {
          description: 'Maximum time of one database statement, in seconds. Null if there is no limit.',
        }),
        unindexedSeconds: Type.Number({
          description:
            'Maximum time of one database statement of a list that is filtered or sorted by a field without an index, in seconds.',
        }),
        analyticsSeconds: Type.Number({
          description: 'Maximum time for calculating a report or a query of analytics, in seconds.',
        }),
        waitSeconds: count('Maximum `wait` for a job, in seconds.'),
      },
      { description: 'Time limits.' },
    ),
    lists: Type.Object(
      {
        defaultPage: count('Default number of items per page.'),
        page: count('Maximum number of items per page.'),
        sortFields: count('Fields in a sort order.'),
        filterDepth: count('Nesting depth of a filter.'),
        filterConditions: count('Conditions in a filter.'),
        filterValues: count('Values in the list of one condition.'),
      },
      { description: 'Limits of lists.' },
    ),
    writes: Type.Object(
      {
        operations: count('Operations in a batch.'),
        bulkIds: count('Ids in a bulk action. A filter may match any number of records.'),
      },
      { description: 'Limits of writes.' },
    ),
    fields: Type.Object(
      {
        smartProcesses: count('Record types that a company adds.'),
        columns: count('Columns of the fields of one record type, including deleted fields.'),
        indexed: count('User fields of one record type with indexes: filterable, sortable or searchable ones.'),
        options: count('Options of an enumeration field.'),
        pipelines: count('Pipelines of one record type.'),
        stages: count('Stages of one pipeline.'),
      },
      { description: 'Limits of record types.' },
    ),
    values: Type.Object(
      {
        string: count('Characters in a single-line text.'),
        text: count('Characters in a multi-line text.'),
        multiple: count('Values in a multi-value field.'),
        communications: count('Phones of a record. The same limit applies to e-mails, websites and messengers.'),
        links: count('Records in a list of links.'),
        externalIds: count('External keys of a record.'),
        attachedFiles: count('Files that are attached to a record.'),
      },
      { description: 'Limits of record values.' },
    ),
    dictionaries: Type.Object(
      { dictionaries: count('Dictionaries.'), entries: count('Entries of one dictionary.') },
      { description: 'Limits of dictionaries.' },
    ),
    people: Type.Object({ keys: count('Active API keys per user.') }, { description: 'Limits of users.' }),
    faults: count('Maximum number of faults in one response.'),
  },
  { $id: 'Limits', description: 'Limits of this server.' },
)

/** Adds the route that returns the limits. Each is the constant that enforces the limit. */
export function limitsRoute(app: App, set: ConfiguredLimits): void {
  const limits = limitsOf(set)
  addSchemas(app, [Limits])
  app.get(
    '/limits',
    {
      config: { untagged: true },
      schema: {
        ...describeOperations('Server')(
          'getLimits',
          'Read the limits',
          'Returns the rate, size and time limits of this server.',
        ),
        response: { 200: ref(Limits), ...problems(400, 401, 503) },
      },
    },
    () => limits,
  )
}

function limitsOf(set: ConfiguredLimits): Type.Static<typeof Limits> {
  return {
    rate: {
      requests: set.rateLimit || null,
      unknownKeys: mostUnknownKeys,
      windowSeconds: rateWindowSeconds,
      eventStreams: mostStreams,
    },
    sizes: {
      headers: maxHeaderSize,
      body: set.bodyLimit,
      bodyValues: jsonLimits.values,
      bodyKeys: jsonLimits.members,
      upload: set.uploadLimit,
    },
    times: {
      statementSeconds: set.statementTimeoutMs ? set.statementTimeoutMs / 1000 : null,
      unindexedSeconds: set.unindexedTime / 1000,
      analyticsSeconds: set.analyticsTime / 1000,
      waitSeconds: longestWait,
    },
    lists: {
      defaultPage: pageLength.default,
      page: pageLength.most,
      sortFields: mostSortKeys,
      filterDepth: filterLimits.depth,
      filterConditions: filterLimits.conditions,
      filterValues: filterLimits.values,
    },
    writes: { operations: mostOperations, bulkIds: mostIds },
    fields: {
      smartProcesses: mostTypes,
      columns: mostColumns,
      indexed: mostIndexedFields,
      options: mostOptions,
      pipelines: mostPipelines,
      stages: mostStages,
    },
    values: {
      string: longestString,
      text: longestText,
      multiple: mostColumnValues,
      communications: mostCommunications,
      links: mostLinks,
      externalIds: mostExternalIds,
      attachedFiles: mostAttachments,
    },
    dictionaries: { dictionaries: mostDictionaries, entries: mostEntries },
    people: { keys: mostKeys },
    faults: maxFaults,
  }
}
