import { type CarriedRecord, carryAttachments } from '../attachments/carry.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Change } from '../entities/change.ts'
import type { Value } from '../fields/value.ts'
import { createDrafts, draftRecords } from '../records/write/create.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { carry, overridden } from './carry.ts'
import { type Conversion, closedType, reject, writingTo } from './conversion.ts'
import type { FieldPair } from './field-map.ts'
import { isChosen, type TargetName } from './request.ts'

/**
 * Creates the new records of one type for all conversions that want one, and links them to what exists so far. A
 * rejected record adds its faults to the conversion; the other targets are still tried, so that all faults are known.
 */
export async function makeTargets(
  trx: Transaction,
  writing: WriteContext,
  { name, conversions, pairs }: { name: TargetName; conversions: readonly Conversion[]; pairs: readonly FieldPair[] },
): Promise<void> {
  const wanted = conversions.flatMap((conversion) => {
    const target = conversion.targets[name]
    return target && !isChosen(target) ? [{ conversion, fields: target.fields }] : []
  })
  if (!wanted.length) return
  const to = writingTo(writing, name, conversions)
  const closed = closedType(to)
  if (closed) {
    for (const { conversion } of wanted) conversion.problem ??= closed
    return
  }
  const map = { from: writing.grant, to: to.grant, pairs }
  const bodies = wanted.map(({ conversion, fields }) => overridden(carry(conversion.body, map), fields))
  const drafts = await draftRecords(to.grant, bodies, () => to.context)
  for (const [index, { conversion, fields }] of wanted.entries()) {
    conversion.bodies[name] = bodies[index]!
    link[name](conversion, drafts[index]!, (code) => Object.hasOwn(fields, code))
  }
  const outcomes = await createDrafts(trx, to, drafts)
  const made: CarriedRecord[] = []
  for (const [index, { conversion }] of wanted.entries()) {
    const outcome = outcomes[index]!
    if ('problem' in outcome) reject(conversion, { problem: outcome.problem, pointer: `/${name}` })
    else {
      conversion.made[name] = { id: outcome.id, isNew: true }
      made.push({ from: conversion.id, to: outcome.id })
    }
  }
  await carryAttachments(trx, writing.grant, to, made)
}

/** Sets the links of a new record to the other records of its conversion. Links in the request go first. */
type Linking = (conversion: Conversion, draft: Change, isGiven: (code: string) => boolean) => void

const link: Record<TargetName, Linking> = {
  company({ made }, { after }, isGiven) {
    if (made.contact && !isGiven('contacts')) after.set('contacts', withLink([], made.contact.id))
  },
  contact({ made, body }, { after }, isGiven) {
    const companyId = made.company?.id ?? body.companyId
    if (typeof companyId === 'number' && !isGiven('companies')) after.set('companies', withLink([], companyId))
  },
  deal({ id, made, body }, { after, faults }, isGiven) {
    if (isGiven('leadId')) faults.push({ pointer: '/leadId', code: 'not_allowed_here' })
    after.set('leadId', id)
    if (made.company && !isGiven('companyId')) after.set('companyId', made.company.id)
    if (made.contact && !isGiven('contacts')) after.set('contacts', withLink(body.contacts as Value[], made.contact.id))
  },
}

/** Returns a list of links with one more. The only link is the primary one. */
export function withLink(links: readonly Value[] = [], id: number): Value[] {
  if (links.some((link) => (link as { id: number }).id === id)) return [...links]
  return [...links, { id, primary: !links.length }]
}
