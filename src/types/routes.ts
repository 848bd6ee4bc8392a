import Type, { type Static } from 'typebox'
import type { EntityType } from '../entities/catalogue.ts'
import { findType, TypeParams } from '../entities/find-type.ts'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { onePage } from '../http/id-page.ts'
import { Label, LabelsQuery, labelFor } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'

/** A record type in a response. */
const RecordType = Type.Object(
  {
    code: Type.String({ description: 'Code of the type.', examples: ['deal'] }),
    plural: Type.String({
      description: 'Plural name of the type, as used in paths and batch operations.',
      examples: ['deals'],
    }),
    path: Type.String({ description: 'Path of the records of this type.', examples: ['/v1/deals'] }),
    prefix: Type.String({
      description: 'Prefix of records of this type in ids of the recycle bin, such as `D_17`.',
      examples: ['D'],
    }),
    title: ref(Label),
    titles: ref(Label),
    features: Type.Array(Type.String(), {
      description: 'Features of the records beyond the common fields.',
      examples: [['stages', 'client', 'money', 'title']],
    }),
  },
  { $id: 'RecordType', description: 'A record type. `title` is the singular name, `titles` the plural name.' },
)
const RecordTypeList = listOf(RecordType, 'RecordTypeList')

const say = describeOperations('Types and fields')

/** Routes for the record types of the instance. */
export function typeRoutes(app: App): void {
  addSchemas(app, [RecordType, RecordTypeList])
  app.get(
    '/types',
    {
      schema: {
        ...say('listTypes', 'List types', 'Returns the record types of the instance, with the path of their records.'),
        querystring: LabelsQuery,
        response: { 200: ref(RecordTypeList), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access, query }) => {
      access.requireCrm()
      return onePage([...access.catalogue.types.values()].map((type) => shownType(type, access, query.labels)))
    },
  )

  app.get(
    '/types/:code',
    {
      schema: {
        ...say('getType', 'Read a type', 'Returns one record type.'),
        params: TypeParams,
        querystring: LabelsQuery,
        response: { 200: ref(RecordType), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async ({ access, params, query }) => {
      access.requireCrm()
      return shownType(findType(access.catalogue, params.code), access, query.labels)
    },
  )
}

function shownType(type: EntityType, { language }: Access, all?: 'all'): Static<typeof RecordType> {
  const { code, plural, prefix, title, titles, traits } = type
  return {
    code,
    plural,
    prefix,
    features: [...traits],
    path: `/v1/${plural}`,
    title: labelFor(title, language, all),
    titles: labelFor(titles, language, all),
  }
}
