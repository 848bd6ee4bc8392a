import { sql } from 'kysely'
import { sqlState, type Transaction } from '../database/transaction.ts'
import type { EntityType } from '../entities/catalogue.ts'
import { smartTable } from '../entities/smart-processes.ts'
import { Problem } from '../errors/problem.ts'
import { insertPipeline, lockPipelines } from '../pipelines/api/write.ts'
import { firstStages } from './first-stages.ts'
import type { SavedType } from './read-type.ts'

type Types = ReadonlyMap<string, EntityType>

/** The most smart processes of an instance. */
export const mostTypes = 500
/** The lowest number of a smart process. */
const firstNumber = 128

/**
 * Creates a smart process with its table and, if it has stages, a pipeline. Returns its number. The list of types must be
 * locked. Throws `type_exists`, `default_plural_taken` and `type_limit_reached`.
 */
export async function createType(
  trx: Transaction,
  type: SavedType,
  { userId, types }: { userId: number; types: Types },
): Promise<number> {
  refuseTaken(type, types)
  const number = type.number ?? (await nextNumber(trx))
  const row = trx.insertInto('record_type').values({
    ...{ id: number, code: type.code, table_name: smartTable(number), created_by: userId },
    ...namesOf(type),
    traits: [...type.traits],
  })
  await unlessTaken({ ...type, number }, () => row.execute())
  if (type.traits.includes('stages')) await addFirstPipeline(trx, number)
  return number
}

/**
 * Saves the names and features of a smart process among the present types. Throws `type_exists` and
 * `type_has_pipelines`.
 */
export async function changeType(trx: Transaction, before: EntityType, type: SavedType, types: Types): Promise<void> {
  const { id } = before
  // The database knows the plurals of smart processes, also those that the transaction has just changed.
  if ([...types.values()].some(({ isSmart, plural }) => !isSmart && plural === type.plural)) throw pluralTaken(type)
  await checkPipelines(trx, id, type)
  const getsStages = type.traits.includes('stages') && !before.traits.has('stages')
  if (getsStages) await addFirstPipeline(trx, id)
  const row = trx.updateTable('record_type').set({ ...namesOf(type), traits: [...type.traits] })
  await unlessTaken(type, () => row.where('id', '=', id).execute())
  if (getsStages) await enterFirstStage(trx, before)
}

/** Returns whether a type with these traits has exactly one pipeline. */
export function hasOnePipeline(traits: SavedType['traits']): boolean {
  return traits.includes('stages') && !traits.includes('pipelines')
}

/** Throws `type_has_pipelines` if a type with one pipeline would have several, also from the time before it lost its stages. */
async function checkPipelines(trx: Transaction, id: number, { code, traits }: SavedType): Promise<void> {
  if (!hasOnePipeline(traits)) return
  await lockPipelines(trx, id)
  const pipelines = (await trx.selectFrom('pipeline').select('id').where('type_id', '=', id).execute()).length
  if (pipelines > 1) throw new Problem('type_has_pipelines', { code, pipelines }, { extra: { pipelines } })
}

/** Begins the stage history of records that were created without stages. */
async function enterFirstStage(trx: Transaction, { id, table }: EntityType): Promise<void> {
  await sql`insert into stage_history (type_id, record_id, kind, pipeline_id, stage_id, semantic, entered_at, entered_by,
      responsible_id)
    select ${id}, record.id, 'created', pipeline_id, stage_id, stage_semantic, moved_at, moved_by, responsible_id
    from ${sql.table(table)} as record where not exists (
      select from stage_history as h where h.type_id = ${id} and h.record_id = record.id and h.left_at is null)`.execute(
    trx,
  )
}

function namesOf({ plural, title, titles }: SavedType) {
  return { plural, title: JSON.stringify(title), titles: JSON.stringify(titles) }
}

async function unlessTaken(
  { code, number = 0, plural, isPluralDerived }: SavedType,
  write: () => Promise<unknown>,
): Promise<void> {
  const byConstraint: Record<string, Problem> = {
    record_type_pkey: exists('number', number),
    record_type_table_name_key: exists('number', number),
    record_type_code_key: exists('code', code),
    record_type_plural_key: pluralTaken({ plural, isPluralDerived }),
  }
  try {
    await write()
  } catch (error) {
    throw byConstraint[sqlState(error).constraint ?? ''] ?? error
  }
}

/** Throws if a type has the code, or else the plural. A plural that follows from a taken code says nothing more. */
function refuseTaken(type: SavedType, types: Types): void {
  const present = [...types.values()]
  const lower = type.code.toLowerCase()
  if (present.some(({ code }) => code.toLowerCase() === lower)) throw exists('code', type.code)
  if (present.some(({ plural }) => plural === type.plural)) throw pluralTaken(type)
}

function pluralTaken({ plural, isPluralDerived }: Pick<SavedType, 'plural' | 'isPluralDerived'>): Problem {
  if (!isPluralDerived) return exists('plural', plural)
  return new Problem('default_plural_taken', { plural }, { extra: { property: 'plural', value: plural } })
}

function exists(property: 'code' | 'number' | 'plural', value: string | number): Problem {
  return new Problem('type_exists', { property, value }, { extra: { property, value } })
}

async function nextNumber(trx: Transaction): Promise<number> {
  const { rows } = await sql<{ number: number; types: number }>`
    select number, (select count(*) from record_type where plural is not null) as types
    from local.instance, generate_series(${firstNumber} + case parity when 'odd' then 1 else 0 end, 1000000, 2) as number
    where not exists (select from record_type where id = number) limit 1`.execute(trx)
  const { number, types } = rows[0]!
  if (types >= mostTypes) throw new Problem('type_limit_reached', { limit: mostTypes })
  return number
}

/** Adds a pipeline unless the type has one from the time when it had stages. */
async function addFirstPipeline(trx: Transaction, typeId: number): Promise<void> {
  const present = await trx.selectFrom('pipeline').select('id').where('type_id', '=', typeId).executeTakeFirst()
  if (present) return
  const name = { en: 'General', ru: 'Общая' }
  const rules = { failureNeedsReason: false, stageProbabilities: null }
  await insertPipeline(trx, { typeId, name, isDefault: true, sort: 10, ...rules }, firstStages)
}
