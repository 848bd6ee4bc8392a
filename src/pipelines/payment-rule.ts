import type { Rule } from '../entities/change.ts'

/**
 * What is paid stands in the success stage: moving it there notes the moment, moving it away takes that back. A moment
 * that the request gives, or that was noted before, goes before that of the move.
 */
export const paymentRule: Rule = {
  trait: 'payment',
  apply({ before, after, given }) {
    const [was, is] = [before?.get('stageSemantic') === 'success', after.get('stageSemantic') === 'success']
    if (was === is || given.has('paidAt')) return
    if (!is) after.set('paidAt', null)
    else if (after.get('paidAt') === null) after.set('paidAt', after.get('movedAt') ?? null)
  },
}
