import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { valueHash } from '../../../src/duplicates/comparison/values.ts'
import { compareRecords } from '../../../src/duplicates/model/compare.ts'
import { reasonsOf } from '../../../src/duplicates/model/explain.ts'
import { personWeights } from '../../../src/duplicates/model/person-weights.ts'
import { chanceOf } from '../../../src/duplicates/model/score.ts'
import { shippedWeights } from '../../../src/duplicates/model/shipped-weights.ts'
import { titleWeights } from '../../../src/duplicates/model/title-weights.ts'
import { usualCounts, ValueCounter, valueCounts } from '../../../src/duplicates/model/value-counts.ts'
import { companyComparisons, personComparisons, prepared, scoreOf } from '../compared-records.ts'

const laura = { lastName: 'Hart', firstName: 'Laura', phones: ['+12145554910'], emails: ['laura.hart@post.example'] }
const home = { lines: '621 Valley Road, Apt 5', city: 'Dallas', postalCode: '29573' }

it('takes people with the same name and phone or e-mail for one', () => {
  expect(scoreOf(laura, { ...laura, emails: ['lh@mail.example'] })).toBeGreaterThan(6)
  expect(scoreOf(laura, { ...laura, phones: ['+13305558703'], firstName: 'L.' })).toBeGreaterThan(6)
})

it('does not take relatives for one: last name, address and phone agree, given names do not', () => {
  const husband = { lastName: 'Hart', firstName: 'James', phones: ['+12145554910'], address: home }
  expect(scoreOf({ ...laura, address: home }, husband)).toBeLessThan(-2)
})

it('does not take namesakes for one: nothing agrees but the name', () => {
  const other = { ...laura, phones: ['+13305558703'], emails: ['hart77@mail.example'], birthDate: '1990-02-11' }
  expect(scoreOf({ ...laura, birthDate: '1983-08-04' }, other)).toBeLessThan(-2)
})

it('does not take colleagues for one: mailbox, phone and company agree, names do not', () => {
  const office = { phones: ['+12145554910'], emails: ['info@firm.example'], companies: ['Firm LLC'] }
  const [one, other] = [
    { ...office, lastName: 'Hart', firstName: 'Laura' },
    { ...office, lastName: 'Webb', firstName: 'Harold' },
  ]
  expect(scoreOf(one, other)).toBeLessThan(-6)
})

it('does not take sister companies for one: phone and address agree, title and tax number do not', () => {
  const sister = { phones: ['+78430301930'], address: { lines: 'ул. Мира, д. 5', city: 'Казань' } }
  const [one, other] = [
    { ...sister, title: 'ООО «Импульс»', extra: [['0022471980']] },
    { ...sister, title: 'ООО «Импульс-Сервис»', extra: [['0014904310']] },
  ]
  expect(scoreOf(one, other)).toBeLessThan(-1)
  expect(scoreOf(one, { ...one, title: 'Импульс', phones: [] })).toBeGreaterThan(6)
})

it('gives a shared phone less weight the more records have it', () => {
  const counted = (count: number) => ({
    records: 10_000,
    countOf: (hash: number) => (hash === valueHash('phone', '12145554910') ? count : undefined),
  })
  const [one, other] = [
    { lastName: 'Hart', phones: ['+12145554910'] },
    { lastName: 'Hart', phones: ['+12145554910'] },
  ]
  const scores = [2, 10, 100].map((count) => scoreOf(one, other, counted(count)))
  expect(scores).toEqual([...scores].sort((a, b) => b - a))
  expect(scores[0]! - scores[2]!).toBeGreaterThan(2)
})

it('gives a rare name more weight than a common one', () => {
  const counts = { records: 10_000, countOf: (hash: number) => (hash === valueHash('lastName', 'smit') ? 400 : 2) }
  const same = (lastName: string) => scoreOf({ lastName, firstName: 'Anna' }, { lastName, firstName: 'Anna' }, counts)
  expect(same('Hazelridge')).toBeGreaterThan(same('Smith') + 4)
})

it('counts values in one pass, and remembers those of three and more records', () => {
  const counter = new ValueCounter(1000)
  for (let record = 0; record < 1000; record++) counter.add([record, -1 - (record % 10)])
  const counts = valueCounts(counter.counts())
  expect(counts.records).toBe(1000)
  expect(counts.countOf(-5)).toBe(100)
  expect(counts.countOf(-77_777)).toBe(2)
  expect(counter.counts().common.length).toBeLessThan(30)
})

it('tells the reasons of a score, strongest first', () => {
  const weights = shippedWeights(personComparisons)
  const agreement = compareRecords(
    prepared({ ...laura, lastName: 'Hatr' }),
    prepared({ ...laura, emails: ['another@mail.example'] }),
    personComparisons,
    weights,
    usualCounts(10_000),
  )
  expect(reasonsOf(agreement, personComparisons, weights).map(({ code }) => code)).toEqual([
    'phone_same',
    'firstName_equal',
    'lastName_typingError',
    'email_different',
  ])
})

it('has weights for every level of every comparison, which add up to one', () => {
  for (const [weights, comparisons] of [
    [personWeights, personComparisons],
    [titleWeights, companyComparisons],
  ] as const) {
    for (const { code, levels } of comparisons) {
      const { match, random, frequency } = shippedWeights(comparisons).comparisons[code]!
      expect([code, match.length, random.length, frequency.length]).toEqual([code, ...Array(3).fill(levels.length)])
      const rows = [match, random, ...weights.lookAlikes.flatMap((lookAlike) => [lookAlike.levels[code] ?? []])]
      for (const row of rows.filter(({ length }) => length)) {
        expect(row).toHaveLength(levels.length)
        expect(row.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 1)
      }
    }
  }
})

it('turns a score into a chance', () => {
  expect([-40, 0, 40].map((score) => Number(chanceOf(score).toFixed(3)))).toEqual([0, 0.5, 1])
})

it('gives the same score whichever record comes first', () => {
  const text = (...values: string[]) => fc.constantFrom(...values, null)
  const lines = text(
    'ул. Мира, д. 5',
    'Мира 5 - 12',
    '1 uralgur ral mainwaring fich circuit',
    '1 mainwaring rivch circuit uralgurral',
  )
  const records = fc.record({
    lastName: text('Hart', 'Харт', 'Hatr', 'Laura'),
    firstName: text('Laura', 'L.', 'Hart', 'James'),
    companies: fc.subarray(['ООО «Биодом»', 'Био-Дом', 'Biodom LLC', 'Дом Био']),
    phones: fc.subarray(['+12145554910', '+12145554901', '+74951112233']),
    emails: fc.subarray(['laura.hart@post.example', 'laurahatr@post.example', 'info@firm.example']),
    birthDate: text('1983-08-04', '1983-04-08', '1983-11-25'),
    address: fc.record({ lines, city: text('Москва', 'Moskva', 'Казань') }),
  })
  fc.assert(fc.property(records, records, (a, b) => expect(scoreOf(a, b)).toBeCloseTo(scoreOf(b, a), 5)))
})
