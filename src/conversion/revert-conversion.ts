import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import type { Value } from '../fields/value.ts'
import { storedRecords } from '../records/query/record-query.ts'
import { writeTime } from '../records/write/change-time.ts'
import { deleteRecords } from '../records/write/delete.ts'
import { lockRecords } from '../records/write/lock-records.ts'
import type { Precondition } from '../records/write/precondition.ts'
import { preconditionProblems } from '../records/write/precondition.ts'
import { revertChanges } from '../records/write/revert-changes.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { lastConversions, markUndone, type StoredConversion } from './conversion-rows.ts'
import { type Dependent, dependentsOf, type Made } from './dependents.ts'

/**
 * Undoes the conversion of a lead: the records that it created go to the recycle bin, and the lead returns to its
 * earlier stage and client. Throws `conversion_in_use` if anything depends on them, and `not_converted`.
 */
export async function revertConversion(
  trx: Transaction,
  writing: WriteContext,
  { id, ifMatch }: { id: number; ifMatch?: Precondition | undefined },
): Promise<StoredConversion> {
  const { grant, context } = writing
  const locked = await lockRecords(trx, grant, 'update', [id])
  const clash = (await preconditionProblems(trx, grant, [{ id, ifMatch }], locked.versions)).get(id)
  if (!locked.versions.has(id) || clash) throw clash ?? locked.refusal(id)
  const conversion = (await lastConversions(trx, grant, [id])).get(id)
  if (conversion?.undoneAt !== null) throw new Problem('not_converted', { id })
  const made = await lockMade(trx, grant, conversion)
  const dependents = await dependentsOf(trx, grant, { lead: id, made, targets: conversion.targets })
  if (dependents.length) throw inUse(id, dependents)
  await returnLead(trx, { ...writing, via: 'revert', isSilent: true }, conversion)
  for (const one of made) {
    const [outcome] = await deleteRecords(trx, { ...writing, grant: one.grant, via: 'revert' }, [{ id: one.id }])
    if (outcome && 'problem' in outcome) throw one.grant.refusal('delete')
  }
  const undone = { by: context.userId, at: writeTime(context) }
  await markUndone(trx, conversion.id, undone)
  return { ...conversion, undoneAt: undone.at.toISOString(), undoneBy: undone.by }
}

/** Locks the records that a conversion created, without those that are in the recycle bin or purged by now. */
async function lockMade(trx: Transaction, grant: Grant, { targets }: StoredConversion): Promise<Made[]> {
  const made: Made[] = []
  const created = Object.entries(targets).flatMap(([type, one]) =>
    one.isNew ? [{ grant: grant.of(type), ...one }] : [],
  )
  for (const one of created.toSorted((a, b) => a.grant.type.id - b.grant.type.id)) {
    // The lock waits for transactions that link to the record and blocks new ones.
    const { rows } = await storedRecords(one.grant)
      .and(sql`record.id = ${one.id} and record.deleted_at is null`)
      .select<{ version: number }>(sql`record.version`, { lock: 'update' })
      .execute(trx)
    if (rows[0]) made.push({ ...one, present: rows[0].version })
  }
  return made
}

/** Gives a lead its earlier values back. If its earlier stage was deleted, it returns to the first one. */
async function returnLead(
  trx: Transaction,
  writing: WriteContext,
  { leadId: id, changes }: StoredConversion,
): Promise<void> {
  const { type, catalogue } = writing.grant
  const stages = catalogue.lookups.pipelines.get(type.id)?.flatMap((pipeline) => pipeline.stages) ?? []
  const [before, after] = changes.stageId ?? []
  const isGone = before !== undefined && !stages.some((stage) => stage.id === before)
  const stageId: [Value, Value] = [stages[0]?.id ?? null, after ?? null]
  const [outcome] = await revertChanges(trx, writing, [{ id, changes: isGone ? { ...changes, stageId } : changes }])
  if (outcome && 'problem' in outcome) throw outcome.problem
  if (outcome?.left.length) throw inUse(id, [{ type: type.code, id, reason: 'changed' }])
}

function inUse(id: number, dependents: readonly Dependent[]): Problem {
  return new Problem('conversion_in_use', { id }, { extra: { dependents } })
}
