import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { findType } from '../entities/find-type.ts'
import { parentFields, smartProcess, smartTable } from '../entities/smart-processes.ts'
import { nearest } from '../errors/nearest.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { readNewType, readTypeChange, type SavedType } from '../types/read-type.ts'
import { faultOfRelation } from '../types/relation-faults.ts'
import { addRelations } from '../types/write-relations.ts'
import { changeType, createType, hasOnePipeline } from '../types/write-type.ts'
import type { ModelPlan } from './model-plan.ts'
import type { ModelTypeInput } from './schemas.ts'

/** The access at present: that before the change, later that with the changes of earlier steps. */
export interface Present {
  access: Access
  /** Reads the access again. */
  renew(trx: Transaction): Promise<void>
}

/** What the types of a model are planned with. */
export interface TypePlanning {
  plan: ModelPlan
  present: Present
}

/** A type of a model. A new one has its place once it is created. */
export interface PlannedType {
  body: ModelTypeInput
  pointer: string
  /** The fields that the administrator sees, and those of the type. */
  grant: Pick<Grant, 'type' | 'readable' | 'userId'>
  place: { id: number; table: string }
}

/** Returns the name of a type in a model. */
export function typeName(code: string): string {
  return `types.${code}`
}

/** Plans the types of a model: those to create, and the changes of smart processes. */
export function planTypes(planning: TypePlanning, bodies: readonly ModelTypeInput[]): PlannedType[] {
  const { plan, present } = planning
  const items = plan.items(bodies, '/types')
  const planned = items.flatMap(([body, pointer]): PlannedType[] => {
    if (!present.access.catalogue.types.has(body.code)) return planNew(planning, body, pointer)
    const grant = present.access.grant(body.code)
    planChange(planning, { body, pointer, type: grant.type })
    return [{ body, pointer, grant, place: grant.type }]
  })
  const related = items.filter(([{ relations }]) => relations)
  const known: Types = new Map([
    ...planned.map(({ grant }) => [grant.type.code, grant.type] as const),
    ...present.access.catalogue.types,
  ])
  for (const [body, pointer] of related) refuseRelations(plan, body, { pointer, known })
  plan.steps.push((trx) => present.renew(trx))
  for (const [body] of related) plan.steps.push((trx) => relate(trx, planning, body))
  return planned.map((one) => ({ ...one, grant: withParents(one, planned, present) }))
}

function planNew({ plan, present }: TypePlanning, body: ModelTypeInput, pointer: string): PlannedType[] {
  const { code, title, titles, plural, features } = body
  const { types } = present.access.catalogue
  if (title === undefined) {
    const hint = nearest(code, types.keys())
    plan.refuse(`${pointer}/code`, 'unknown_type', { params: { name: code.slice(0, 100) }, ...(hint && { hint }) })
    return []
  }
  const given = { code, title, ...(titles && { titles }), ...(plural && { plural }), ...(features && { features }) }
  const saved = plan.read(pointer, () => readNewType(given, types))
  if (!saved) return []
  const lower = code.toLowerCase()
  if ([...types.keys()].some((taken) => taken.toLowerCase() === lower))
    plan.refuse(`${pointer}/code`, 'duplicate_value')
  if ([...types.values()].some((type) => type.plural === saved.plural))
    plan.refuse(`${pointer}/plural`, 'plural_taken', { params: { plural: saved.plural } })
  const { userId } = present.access.caller
  const place = { id: 0, table: '' }
  plan.create([typeName(code)], async (trx) => {
    place.id = await createType(trx, saved, { userId, types })
    place.table = smartTable(place.id)
  })
  const type: EntityType = { ...smartProcess({ ...saved, ...place }), parents: [], comparedFields: [] }
  const readable = new Map(type.fields.map((field) => [field.path, field]))
  return [{ body, pointer, grant: { type, readable, userId }, place }]
}

const own = ['title', 'titles', 'plural', 'features', 'relations'] as const

function planChange(
  { plan, present }: TypePlanning,
  { body, pointer, type }: { body: ModelTypeInput; pointer: string; type: EntityType },
): void {
  const given = own.filter((name) => body[name] !== undefined)
  if (!type.isSmart) for (const name of given) plan.refuse(`${pointer}/${name}`, 'not_allowed_here')
  if (!type.isSmart || !given.length) return
  const { catalogue } = present.access
  const { title, titles, plural, features } = body
  const changes = {
    ...(title && { title }),
    ...(titles && { titles }),
    ...(plural && { plural }),
    ...(features && { features }),
  }
  const saved = plan.read(pointer, () => readTypeChange(changes, type, catalogue.types))
  if (!saved) return
  const pipelines = catalogue.lookups.pipelines.get(type.id)?.length ?? 0
  if (pipelines > 1 && hasOnePipeline(saved.traits)) {
    plan.refuse(`${pointer}/features`, 'several_pipelines', { params: { pipelines } })
  }
  const members = [...differing(saved, type), ...(hasNewRelations(body, type, catalogue.types) ? ['relations'] : [])]
  plan.change(typeName(type.code), members, (trx) => changeType(trx, type, saved, catalogue.types))
}

function differing(saved: SavedType, type: EntityType): string[] {
  const isSame = (a: readonly string[], b: ReadonlySet<string>) => a.length === b.size && a.every((one) => b.has(one))
  return [
    ...(['title', 'titles', 'plural'] as const).filter((name) => !isDeepStrictEqual(saved[name], type[name])),
    ...(isSame(saved.traits, type.traits) ? [] : ['features']),
  ]
}

type Types = ReadonlyMap<string, EntityType>

/** Returns the codes of the parents and children of a type. */
export function relationsOf({ code, parents }: EntityType, types: Types): { parents: string[]; children: string[] } {
  const children = [...types.values()].filter((other) => other.parents.includes(code)).map((other) => other.code)
  return { parents: [...parents], children }
}

function hasNewRelations({ relations = {} }: ModelTypeInput, type: EntityType, types: Types): boolean {
  const before = relationsOf(type, types)
  return (['parents', 'children'] as const).some((name) =>
    relations[name]?.some((code) => !before[name].includes(code)),
  )
}

/** Adds a fault for each relation that cannot be added. */
function refuseRelations(
  plan: ModelPlan,
  { code, relations = {} }: ModelTypeInput,
  { pointer, known }: { pointer: string; known: Types },
): void {
  const own = { code, id: known.get(code)?.id, types: known }
  for (const side of ['parents', 'children'] as const) {
    const codes = relations[side] ?? []
    for (const index of codes.keys()) {
      const fault = faultOfRelation(own, side, codes, index)
      if (fault) plan.refuse(`${pointer}/relations/${side}/${index}`, fault.code, fault)
    }
  }
}

/** Adds the relations of a type to the present ones. */
async function relate(
  trx: Transaction,
  { present }: TypePlanning,
  { code, relations = {} }: ModelTypeInput,
): Promise<void> {
  const { catalogue } = present.access
  const type = findType(catalogue, code)
  const read = readTypeChange({ relations }, type, catalogue.types)
  await addRelations(trx, type.id, read)
}

/** Returns the grant with the fields of the parents that the model adds. */
function withParents(
  { body, grant }: PlannedType,
  planned: readonly PlannedType[],
  { access }: Present,
): PlannedType['grant'] {
  const all = new Map([
    ...access.catalogue.types,
    ...planned.map(({ grant }) => [grant.type.code, grant.type] as const),
  ])
  const byChildren = planned
    .filter((one) => one.body.relations?.children?.includes(body.code))
    .map((one) => one.body.code)
  const parents = new Set([...(body.relations?.parents ?? []), ...byChildren])
  const added = parentFields(
    grant.type.id,
    [...parents].flatMap((code) => all.get(code) ?? []),
  )
  return { ...grant, readable: new Map([...added.map((field) => [field.path, field] as const), ...grant.readable]) }
}
