import type { CardKey, CardSection } from '../cards/card.ts'
import { readSections } from '../cards/read-card.ts'
import { lockCard, readCards, saveCard } from '../cards/store.ts'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import type { Access } from '../rights/access.ts'
import type { Grant } from '../rights/grant.ts'
import { type CardName, cardNames } from './card-names.ts'
import { differences, type ModelPlan } from './model-plan.ts'
import type { Present } from './plan-types.ts'
import type { ModelCard, ModelCardInput, ModelTypeInput } from './schemas.ts'

/** What the cards of a type are planned with. */
export interface CardPlanning {
  trx: Transaction
  plan: ModelPlan
  present: Present
  type: EntityType
  /** The fields after the change, by path. Those to create have no column yet. */
  fields: FieldsByPath
}

/** Returns the name of a card in a model. */
export function cardName(type: string, name: CardName): string {
  return `types.${type}.${name}`
}

/** Returns which card of a type is meant: that of its default pipeline. Undefined if the type has no such card. */
export function cardKeyOf({ catalogue }: Access, type: EntityType, name: CardName): CardKey | undefined {
  const isRepeat = name === 'repeatCard'
  if (isRepeat && !type.traits.has('conversion')) return
  const [pipeline] = catalogue.lookups.pipelines.get(type.id) ?? []
  return { typeId: type.id, pipelineId: pipeline?.id ?? null, isRepeat }
}

/** Returns the common cards of a type in the form of a model. */
export async function exportCards(
  db: Database,
  access: Access,
  grant: Grant,
): Promise<{ [Name in CardName]?: ModelCard }> {
  const cards: { [Name in CardName]?: ModelCard } = {}
  for (const name of cardNames) {
    const present = await readCommon(db, access, cardKeyOf(access, grant.type, name))
    if (present) cards[name] = shownCard(present, grant.readable)
  }
  return cards
}

/** Plans the cards of a type in a model. */
export async function planCards(planning: CardPlanning, body: ModelTypeInput, pointer: string): Promise<void> {
  const { trx, plan, present: now, type, fields } = planning
  const { access } = now
  for (const name of cardNames) {
    const given = body[name]
    if (!given) continue
    const place = `${pointer}/${name}`
    const key = cardKeyOf(access, type, name)
    if (!key) plan.refuse(place, 'not_allowed_here')
    const present = await readCommon(trx, access, key)
    const sections = key && plan.read(place, () => readSections(given, { readable: fields }, present))
    if (!key || !sections) continue
    const after = shownCard(sections, fields)
    const step = (trx: Transaction) => saveGiven(trx, now, { code: type.code, name, given })
    if (!present) plan.create([cardName(body.code, name)], step)
    else plan.change(cardName(body.code, name), differences(after, shownCard(present, fields)), step)
  }
}

/** Returns whether a type has a common card. */
export async function hasCard(db: Database, access: Access, key: CardKey | undefined): Promise<boolean> {
  return (await readCommon(db, access, key)) !== null
}

async function readCommon(db: Database, { caller }: Access, key: CardKey | undefined) {
  return key ? (await readCards(db, key, caller.userId)).common : null
}

async function saveGiven(
  trx: Transaction,
  { access }: Present,
  { code, name, given }: { code: string; name: CardName; given: ModelCardInput },
): Promise<void> {
  // By now the access knows the types and fields that earlier steps created.
  const { type, readable } = access.grant(code)
  const key = cardKeyOf(access, type, name)
  if (!key) return
  await lockCard(trx, key, null)
  await saveCard(trx, key, null, readSections(given, { readable }, await readCommon(trx, access, key)))
}

/** Returns a card with the paths of its fields. Those that the caller does not see are left out. */
function shownCard(sections: readonly CardSection[], readable: FieldsByPath): ModelCard {
  const paths = new Map([...readable.values()].map(({ key, path }: Field) => [key, path]))
  return {
    sections: sections.map(({ name, title, fields }) => ({
      ...{ name, title },
      fields: fields.flatMap(({ key, showEmpty }) => {
        const field = paths.get(key)
        return field ? [{ field, showEmpty }] : []
      }),
    })),
  }
}
