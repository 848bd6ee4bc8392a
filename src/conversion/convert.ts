import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Value } from '../fields/value.ts'
import { storedRecords } from '../records/query/record-query.ts'
import { writeTime } from '../records/write/change-time.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { beginConversions } from './begin.ts'
import { closeLeads } from './close-leads.ts'
import type { Conversion, ConversionItem, ConversionOutcome } from './conversion.ts'
import { problemOf } from './conversion.ts'
import { type NewConversion, saveConversions } from './conversion-rows.ts'
import type { FieldPair } from './field-map.ts'
import { makeTargets } from './make-targets.ts'
import { targetNames } from './request.ts'
import { pairsTo } from './stored-map.ts'

/**
 * Converts leads to companies, contacts and deals. One lead or thousands take the same few statements. The write context
 * is that of the leads. If a conversion has a problem, records may have been written, so the transaction must be rolled
 * back.
 */
export async function convertLeads(
  trx: Transaction,
  writing: WriteContext,
  items: readonly ConversionItem[],
): Promise<ConversionOutcome[]> {
  const outcomes = await beginConversions(trx, writing, items)
  const begun = outcomes.filter((one) => 'state' in one)
  const { type, catalogue } = writing.grant
  const maps = begun.length ? await pairsTo(trx, type, [...catalogue.types.values()]) : new Map<string, FieldPair[]>()
  for (const name of targetNames) {
    await makeTargets(trx, writing, { name, conversions: begun, pairs: maps.get(name) ?? [] })
  }
  const changes = await closeLeads(trx, writing, begun)
  const done = begun.filter((conversion) => !problemOf(conversion))
  if (done.length) await saveConversions(trx, writing.grant, await rowsOf(trx, writing, { done, changes }))
  return outcomes
}

async function rowsOf(
  trx: Transaction,
  { grant, context }: WriteContext,
  { done, changes }: { done: readonly Conversion[]; changes: Map<number, Record<string, [Value, Value]>> },
): Promise<NewConversion[]> {
  const at = writeTime(context).toISOString()
  const versions = new Map<string, Map<number, number>>()
  for (const name of targetNames) {
    const ids = done.flatMap(({ made }) => made[name]?.id ?? [])
    if (!ids.length) continue
    // Links between the new records have raised their versions since they were created.
    const { rows } = await storedRecords(grant.of(name))
      .and(sql`record.id = any(${ids}::bigint[])`)
      .select<{ id: number; version: number }>(sql`record.id, record.version`)
      .execute(trx)
    versions.set(name, new Map(rows.map(({ id, version }) => [id, version])))
  }
  return done.map(({ id, made }) => ({
    leadId: id,
    changes: changes.get(id) ?? {},
    at,
    by: context.userId,
    targets: targetNames.flatMap((name) => {
      const target = made[name]
      const version = versions.get(name)?.get(target?.id ?? 0) ?? 0
      return target ? [{ ...target, version, typeId: grant.of(name).type.id }] : []
    }),
  }))
}
