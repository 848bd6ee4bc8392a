import type { Rule } from '../entities/change.ts'

/**
 * A paid record is in a success stage. Moving the record there sets `paidAt` to the time of the move; moving it away
 * clears `paidAt`. A value in the request wins, and an existing value is kept when the record moves in.
 */
export const paymentRule: Rule = {
  trait: 'payment',
  apply({ before, after, given }) {
    const [was, is] = [before?.get('stageSemantic') === 'success', after.get('stageSemantic') === 'success']
    if (was === is || given.has('paidAt')) return
    if (!is) after.set('paidAt', null)
    else if ((after.get('paidAt') ?? null) === null) after.set('paidAt', after.get('movedAt') ?? null)
  },
}
