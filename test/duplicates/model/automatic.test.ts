import { expect, it } from '@jest/globals'
import { checkAutomaticMerge } from '../../../src/duplicates/model/automatic.ts'
import { companyComparisons, type GivenRecord, isSingle, personComparisons, prepared } from '../compared-records.ts'

/** Returns whether records with a high score are merged, and what keeps them apart. */
function check(...given: GivenRecord[]) {
  const members = given.map((record, index) => prepared({ ...record, id: index + 1 }))
  const comparisons = given[0]!.title === undefined ? personComparisons : companyComparisons
  const { allowed, conflicts, hasEvidence } = checkAutomaticMerge(members, comparisons, isSingle, () => 12)
  return { allowed, hasEvidence, conflicts: conflicts.map(({ code, a, b }) => `${code} ${a} ${b}`) }
}

const laura = { lastName: 'Hart', firstName: 'Laura', phones: ['+12145554910'] }
const merged = { allowed: true, hasEvidence: true, conflicts: [] }

it('merges records whose differences are explained', () => {
  expect(
    check(
      { ...laura, birthDate: '1983-08-04', address: { lines: '621 Valley Road', city: 'Dallas' } },
      { ...laura, lastName: 'HART', firstName: 'L.', birthDate: '1983-04-08' },
      {
        ...laura,
        lastName: 'Hatr',
        address: { lines: '621 Valley Rd, Apt 5' },
        phones: ['+12145554910', '+13305558703'],
      },
    ),
  ).toEqual(merged)
  expect(
    check({ title: 'ООО «Импульс»', phones: ['+78430301930'] }, { title: 'Импульс, ооо', phones: ['+78430301930'] }),
  ).toEqual(merged)
})

it('does not merge records with conflicts', () => {
  expect(check(laura, { ...laura, lastName: 'Webb' })).toMatchObject({ allowed: false, conflicts: ['lastName 1 2'] })
  const born = (birthDate: string) => ({ ...laura, birthDate })
  expect(check(born('1983-08-04'), laura, born('1970-11-25'))).toMatchObject({
    allowed: false,
    conflicts: ['birthDate 1 3'],
  })
})

it('does not merge namesakes: more than names has to agree', () => {
  const name = { lastName: 'Hazelridge', firstName: 'Theodore', middleName: 'B.' }
  expect(check(name, name)).toEqual({ allowed: false, hasEvidence: false, conflicts: [] })
})
