import Type, { type Static } from 'typebox'
import type { Database } from '../database/connect.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { findType } from '../entities/find-type.ts'
import type { SystemType } from '../entities/types.ts'
import { problems } from '../errors/documents.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { deleteOnce, deletionAnswers } from '../idempotency/delete-once.ts'
import { answerOnce } from '../idempotency/once.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import type { Access } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import type { FieldPair } from './field-map.ts'
import { targetNames } from './request.ts'
import { named, pairsTo, readPairs, replaceMaps, withUnseen } from './stored-map.ts'

const FieldPairDocument = Type.Object(
  {
    from: Type.String({ maxLength: 200, description: 'Field of the lead.', examples: ['companyTitle'] }),
    to: Type.String({ maxLength: 200, description: 'Field of the new record.', examples: ['title'] }),
  },
  { $id: 'FieldPair', additionalProperties: false, description: 'Two fields, of which the second gets the value.' },
)
const listFor = (name: string) =>
  Type.Array(ref(FieldPairDocument), { maxItems: 500, description: `The fields that a new ${name} gets.` })
const ConversionMap = Type.Object(
  { deal: listFor('deal'), contact: listFor('contact'), company: listFor('company') },
  { $id: 'ConversionMap', description: 'Which fields of a lead pass to the records that it is converted to.' },
)
const ConversionMapChange = Type.Partial(ConversionMap, {
  $id: 'ConversionMapChange',
  additionalProperties: false,
  description: 'All fields that pass to each kind of record. Kinds of records that are left out get the default.',
  examples: [{ company: [{ from: 'companyTitle', to: 'title' }] }],
})

const say = describeOperations('Leads')

/** Adds the routes of the map of fields that conversions use, for each type of leads. */
export function conversionMapRoutes(app: App, types: readonly SystemType[], { db }: RecordRoutes): void {
  const converted = types.filter(({ traits }) => traits.has('conversion'))
  if (converted.length) addSchemas(app, [FieldPairDocument, ConversionMap, ConversionMapChange])
  for (const type of converted) mapRoutes(app, type, db)
}

function mapRoutes(app: App, type: SystemType, db: Database): void {
  const path = `/${type.plural}/conversion-map`
  app.get(
    path,
    {
      schema: {
        ...say(
          'getConversionMap',
          'Read the map of fields of conversions',
          'Returns which fields of a lead pass to the deal, contact and company that it is converted to. By default these are the common fields, the fields that both types have, and user fields with the same code and kind.',
        ),
        response: { 200: ref(ConversionMap), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access }) => {
      access.requireCrm()
      return await shownMap(db, access, type)
    },
  )
  app.put(
    path,
    {
      schema: {
        ...say(
          'replaceConversionMap',
          'Replace the map of fields of conversions',
          'Sets which fields of a lead pass to the records that it is converted to. Both fields of a pair must be of the same kind. A user field that is deleted leaves the map. Requires an administrator.',
        ),
        body: ref(ConversionMapChange),
        response: { 200: ref(ConversionMap), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, body } = request
      access.requireCrm()
      access.requireSettings()
      const { from, targets } = typesOf(access, type)
      const faults: Fault[] = []
      const maps = targets.flatMap((to) => {
        const pairs = body[to.code as keyof Static<typeof ConversionMapChange>]
        const seen = { from: seenOf(access, from), to: seenOf(access, to) }
        return pairs ? [{ to, pairs: readPairs(pairs, { ...seen, pointer: `/${to.code}`, faults }) }] : []
      })
      if (faults.length) throw invalid(faults)
      return await answerOnce(request, reply, db, async (trx) => {
        const present = await pairsTo(trx, from, targets)
        const kept = maps.map(({ to, pairs }) => {
          const unseen = present.get(to.code)?.filter((pair) => !isSeen(access, pair, from, to)) ?? []
          return { to, pairs: withUnseen(pairs, unseen) }
        })
        await replaceMaps(trx, from, kept)
        return { status: 200, body: await shownMap(trx, access, type) }
      })
    },
  )
  app.delete(
    path,
    {
      schema: {
        ...say(
          'resetConversionMap',
          'Reset the map of fields of conversions',
          'Returns to the default map. Requires an administrator.',
        ),
        response: {
          ...deletionAnswers(ref(ConversionMap), 'The default map holds.'),
          ...problems(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      request.access.requireCrm()
      request.access.requireSettings()
      const { access } = request
      return await deleteOnce(request, reply, db, {
        show: (trx) => shownMap(trx, access, type),
        remove: (trx) => replaceMaps(trx, findType(access.catalogue, type.code), []),
      })
    },
  )
}

function typesOf({ catalogue }: Access, { code }: SystemType): { from: EntityType; targets: EntityType[] } {
  const targets = targetNames.map((name) => findType(catalogue, name))
  return { from: findType(catalogue, code), targets }
}

async function shownMap(db: Database, access: Access, type: SystemType): Promise<Static<typeof ConversionMap>> {
  const { from, targets } = typesOf(access, type)
  const maps = await pairsTo(db, from, targets)
  const [company = [], contact = [], deal = []] = targets.map((to) => {
    const pairs = maps.get(to.code) ?? []
    const shown = pairs.filter((pair) => isSeen(access, pair, from, to))
    return named(shown, from, to)
  })
  return { deal, contact, company }
}

/** Returns whether the caller may know of both fields of a pair. */
function isSeen(access: Access, pair: FieldPair, from: EntityType, to: EntityType): boolean {
  return isShown(access, from, pair.from) && isShown(access, to, pair.to)
}

/** Returns the type with the fields that the caller may know of. */
function seenOf(access: Access, type: EntityType): EntityType {
  return { ...type, fields: type.fields.filter(({ key }) => isShown(access, type, key)) }
}

/** Returns whether the caller may know of a field. System fields are in the API document, user fields may be hidden. */
function isShown(access: Access, { code, fields }: EntityType, key: string): boolean {
  const field = fields.find((one) => one.key === key)
  return field !== undefined && (field.userFieldId === null || access.linked(code).readable.has(field.path))
}
