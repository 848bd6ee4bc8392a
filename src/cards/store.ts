import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { StaleAccess } from '../errors/stale-access.ts'
import { userFieldColumn } from '../fields/field.ts'
import type { CardKey, CardSection, SavedCards } from './card.ts'

/** Reads the common card and the personal card of a user, and which user fields built-in cards do not have. */
export async function readCards(db: Database, key: CardKey, userId: number): Promise<SavedCards> {
  const card = (owner: number | null) => sql`(select coalesce(json_agg(json_build_object('name', s.section ->> 'name',
      'title', s.section -> 'title', 'fields', coalesce((select json_agg(json_build_object('key', f.key,
        'userFieldId', f.field_id, 'showEmpty', f.show_empty) order by f.place, f.id) from card_field as f
        where f.card_id = card.id and f.section = s.section ->> 'name'), '[]')) order by s.place), '[]')
    from card, jsonb_array_elements(card.sections) with ordinality as s (section, place)
    where ${isCard(key, owner)} group by card.id)`
  const { rows } = await sql<Omit<SavedCards, 'omitted'> & { omitted: number[] }>`select
    ${card(userId)} as personal, ${card(null)} as common,
    array(select id from user_field where type_id = ${key.typeId} and not in_card) as omitted`.execute(db)
  const { omitted, ...cards } = rows[0]!
  return { ...cards, omitted: omitted.map(userFieldColumn) }
}

/** Makes other changes of the card wait until the end of the transaction, if it exists. */
export async function lockCard(trx: Transaction, key: CardKey, userId: number | null): Promise<void> {
  await sql`select id from card where ${isCard(key, userId)} for update`.execute(trx)
}

/** Replaces the card of a user, or the common card. */
export async function saveCard(
  trx: Transaction,
  { typeId, pipelineId, isRepeat }: CardKey,
  userId: number | null,
  sections: readonly CardSection[],
): Promise<void> {
  const titles = JSON.stringify(sections.map(({ name, title }) => ({ name, title })))
  const { id } = await trx
    .insertInto('card')
    .values({ type_id: typeId, pipeline_id: pipelineId, is_repeat: isRepeat, user_id: userId, sections: titles })
    .onConflict((conflict) =>
      conflict.columns(['type_id', 'pipeline_id', 'is_repeat', 'user_id']).doUpdateSet({ sections: titles }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  await trx.deleteFrom('card_field').where('card_id', '=', id).execute()
  const rows = sections.flatMap(({ name, fields }) => fields.map((field) => ({ section: name, ...field })))
  await holdFields(
    trx,
    rows.flatMap(({ userFieldId }) => userFieldId ?? []),
  )
  await sql`insert into card_field (card_id, section, place, key, field_id, show_empty)
    select ${id}, v.section, v.place, v.key, v."userFieldId", v."showEmpty"
    from rows from (json_to_recordset(${JSON.stringify(rows)}) as (section text, key text, "userFieldId" bigint,
      "showEmpty" boolean)) with ordinality as v (section, key, "userFieldId", "showEmpty", place)`.execute(trx)
}

/** Deletes the card of a user, or the common card. */
export async function deleteCard(trx: Transaction, key: CardKey, userId: number | null): Promise<void> {
  await sql`delete from card where ${isCard(key, userId)}`.execute(trx)
}

/** Deletes the personal cards of all users. Returns their number. */
export async function deletePersonalCards(trx: Transaction, key: CardKey): Promise<number> {
  const { numAffectedRows = 0n } = await sql`delete from card where ${isKey(key)} and user_id is not null`.execute(trx)
  return Number(numAffectedRows)
}

/** Prevents the deletion of user fields until the end of the transaction. Throws StaleAccess if one is deleted. */
async function holdFields(trx: Transaction, ids: readonly number[]): Promise<void> {
  const { rows } = await sql`select id from user_field where id = any(${ids}) order by id for key share`.execute(trx)
  if (rows.length < ids.length) throw new StaleAccess()
}

function isCard(key: CardKey, userId: number | null): RawBuilder<SqlBool> {
  return sql`${isKey(key)} and ${isValue('card.user_id', userId)}`
}

function isKey({ typeId, pipelineId, isRepeat }: CardKey): RawBuilder<SqlBool> {
  return sql`card.type_id = ${typeId} and card.is_repeat = ${isRepeat} and ${isValue('card.pipeline_id', pipelineId)}`
}

/** Returns SQL that an index can use, which `is not distinct from` is not. */
function isValue(column: string, value: number | null): RawBuilder<SqlBool> {
  return value === null ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${value}`
}
