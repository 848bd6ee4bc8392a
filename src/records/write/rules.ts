import type { Change, Rule } from '../../entities/change.ts'
import { paymentRule } from '../../pipelines/payment-rule.ts'
import { stageRule } from '../../pipelines/stage-rule.ts'
import { repeatLeadRule } from './repeat.ts'

/** The rules of the record types' traits, in the order in which they apply. */
export const rules: readonly Rule[] = [stageRule, paymentRule, repeatLeadRule]

/** Applies the rules of the record type's traits to every change. */
export function applyRules(changes: readonly Change[]): void {
  for (const { trait, apply } of rules) {
    for (const change of changes) if (trait === 'every' || change.type.traits.has(trait)) apply(change)
  }
}
