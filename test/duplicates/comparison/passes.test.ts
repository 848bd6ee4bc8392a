import { expect, it } from '@jest/globals'
import { keysOf, passesFor } from '../../../src/duplicates/comparison/passes.ts'
import { companyComparisons, type GivenRecord, personComparisons, prepared } from '../compared-records.ts'

/** Returns the passes that find two records. */
function passesBetween(a: GivenRecord, b: GivenRecord): string[] {
  const passes = passesFor(a.title === undefined ? personComparisons : companyComparisons)
  const keys = new Set(keysOf(prepared(a), passes).map(({ key }) => key))
  const shared = keysOf(prepared(b), passes).filter(({ key }) => keys.has(key))
  return [...new Set(shared.map(({ pass }) => passes[pass]!.code))].sort()
}

it('finds people by any phone and e-mail', () => {
  expect(passesBetween({ phones: ['+79161234567', '+74951112233'] }, { phones: ['+74951112233'] })).toEqual(['phone'])
  expect(passesBetween({ emails: ['ivan.petrov@post.example'] }, { emails: ['IvanPetrov@mail.example'] })).toEqual([
    'email',
  ])
  expect(passesBetween({ emails: ['info@firm.example'] }, { emails: ['info@other.example'] })).toEqual([])
})

it('finds people by names that are swapped, transliterated, mistyped or short', () => {
  const name = { lastName: 'Фокина', firstName: 'Александра' }
  expect(passesBetween(name, { lastName: 'Александра', firstName: 'Фокина' })).toEqual(['name', 'nameInitial'])
  expect(passesBetween(name, { lastName: 'Fokina', firstName: 'Sasha' })).toContain('name')
  expect(passesBetween(name, { lastName: 'Фокинва', firstName: 'А.' })).toEqual(['nameInitial'])
})

it('finds people whose last name or phone is another one', () => {
  const before = { lastName: 'Hart', firstName: 'Laura', birthDate: '1983-08-04' }
  expect(passesBetween(before, { ...before, lastName: 'Webb' })).toEqual(['birthDate', 'nameBirthDate'])
  const called = { lastName: 'Hart', firstName: 'Laura', phones: ['+12145554910'] }
  expect(passesBetween(called, { ...called, phones: ['+12145564910'] })).toContain('namePhone')
})

it('finds companies by rare words, house and number', () => {
  const company = {
    title: 'ООО «Импульс-Хайресурс»',
    address: { lines: 'ул. Первомайская, д. 64А' },
    extra: [['0022471980']],
  }
  expect(passesBetween(company, { title: 'Хайресурс импульс' })).toContain('titleWord')
  expect(passesBetween(company, { title: 'Другая', address: { lines: 'Первомайская ул., 64а' } })).toEqual([
    'houseAddress',
  ])
  expect(passesBetween(company, { title: 'Другая', extra: [['0022471980']] })).toEqual(['extra0'])
})

it('leaves out passes whose comparisons a caller may not see', () => {
  const visible = personComparisons.filter(({ code }) => code !== 'birthDate' && code !== 'extra0')
  expect(passesFor(visible).filter(({ uses }) => uses.includes('birthDate') || uses.includes('extra0'))).toEqual([])
})
