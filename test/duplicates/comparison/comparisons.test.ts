import { expect, it } from '@jest/globals'
import { agreementWords } from '../../../src/duplicates/comparison/codes.ts'
import { companyComparisons, type GivenRecord, levelsOf, personComparisons } from '../compared-records.ts'

/** Returns the level of the address, which is compared in three parts. */
const lines = (a: string, b: string) => levelsOf({ address: { lines: a } }, { address: { lines: b } }).address
const phones = (a: string, b: string) => levelsOf({ phones: [a] }, { phones: [b] }).phone
const emails = (a: string, b: string) => levelsOf({ emails: [a] }, { emails: [b] }).email
const dates = (a: string, b: string) => levelsOf({ birthDate: a }, { birthDate: b }).birthDate
const numbers = (a: string, b: string) => levelsOf({ extra: [[a]] }, { extra: [[b]] }).extra0

it('compares what both records have only', () => {
  expect(
    levelsOf({ lastName: 'Hart', phones: ['+79161234567'] }, { lastName: 'Hart', emails: ['a@b.example'] }),
  ).toEqual({
    lastName: 'equal',
  })
})

it('compares names in any order, script and form', () => {
  const names = (a: GivenRecord, b: GivenRecord) => levelsOf(a, b)
  expect(names({ lastName: 'Петрова', firstName: 'Наталья' }, { lastName: 'Petrova', firstName: 'Наташа' })).toEqual({
    lastName: 'transliterated',
    firstName: 'variant',
  })
  expect(names({ lastName: 'Hart', firstName: 'Laura' }, { lastName: 'Laura', firstName: 'Hart' })).toEqual({
    lastName: 'equal',
    firstName: 'equal',
  })
  expect(
    names(
      { lastName: 'Суворова', firstName: 'Людмила', middleName: 'Олеговна' },
      { lastName: 'Суворова', firstName: 'Л.', middleName: 'О.' },
    ),
  ).toEqual({ lastName: 'equal', firstName: 'initial', middleName: 'initial' })
  expect(names({ lastName: 'Webb', firstName: 'Harold' }, { lastName: 'Webb', firstName: 'Laura' })).toEqual({
    lastName: 'equal',
    firstName: 'contradictory',
  })
})

it('compares phones by their digits', () => {
  expect(phones('+79161234567', '+79161234567')).toBe('same')
  expect(phones('+79161234567', '+79161234657')).toBe('typingError')
  expect(phones('+74951234567', '+78121234567')).toBe('sameEnding')
  expect(phones('+79161234567', '+79037654321')).toBe('different')
  expect(
    levelsOf({ phones: ['+79161234567', '+74951112233'] }, { phones: ['+74951112233', '+79161234567'] }).phone,
  ).toBe('several')
})

it('compares e-mails by mailbox, local part and host', () => {
  expect(emails('Ivan.Petrov+crm@post.example', 'ivanpetrov@post.example')).toBe('same')
  expect(emails('info@firm.example', 'INFO@firm.example')).toBe('sharedRole')
  expect(emails('ivan.petrov@post.example', 'ivan.pertov@post.example')).toBe('typingError')
  expect(emails('ivan.petrov@post.example', 'ivan.petrov@mail.example')).toBe('otherHost')
  expect(emails('ivan.petrov1@post.example', 'ivan.petrov2@post.example')).toBe('sameHost')
  expect(emails('ivan.petrov@post.example', 'laura@mail.example')).toBe('different')
})

it('compares dates of birth with their usual mistakes', () => {
  expect(dates('1983-08-04', '1983-08-04')).toBe('same')
  expect(dates('1983-08-04', '1983-04-08')).toBe('typingError')
  expect(dates('1983-08-04', '1988-08-04')).toBe('typingError')
  expect(dates('1983-08-04', '1983-08-15')).toBe('twoParts')
  expect(dates('1983-08-04', '1983-11-25')).toBe('sameYear')
  expect(dates('1983-08-04', '1970-11-25')).toBe('different')
})

it('compares addresses by street, house and flat, however they are written', () => {
  expect(lines('ул. Советская, д. 29, кв. 149', 'Советская улица, 29 - 149')).toBe('same')
  expect(lines('ул. Советская, д. 29, кв. 149', 'Советская, 29')).toBe('part')
  expect(lines('ул. Советская, д. 29', 'Советская')).toBe('street')
  expect(lines('ул. Советская, д. 29, кв. 149', 'ул. Советская, д. 29, кв. 12')).toBe('otherFlat')
  expect(lines('ул. Советская, д. 29 корп. 2', 'ул. Советская, д. 29к2')).toBe('part')
  expect(lines('ул. Советская, д. 29', 'ул. Советская, д. 140')).toBe('otherHouse')
  expect(lines('ул. Советская, д. 29', 'ул. Мира, д. 29')).toBe('different')
  expect(lines('1-я Парковая ул., д. 5', 'улица 1-я Парковая, дом 5')).toBe('part')
  expect(lines('221 E. 51st St.', '221 East 51 Street')).toBe('part')
  expect(lines('621 Valley Road, Apt 5', '621 valley rd. #5')).toBe('same')
  expect(lines('9375 Sunset Boulevard', '9375 Sunset Blvd')).toBe('part')
  expect(lines('224 North Central Avenue', '224 N. Central')).toBe('part')
  expect(
    levelsOf(
      { address: { city: 'Москва', postalCode: '101000' } },
      { address: { city: 'Moskva', postalCode: '101-999' } },
    ),
  ).toEqual({ city: 'same', postalCode: 'similar' })
})

it('compares extra fields as identifiers or as texts', () => {
  expect(numbers('00-5814002', '005814002')).toBe('same')
  expect(numbers('0051169051', '0051169061')).toBe('typingError')
  expect(numbers('0051169051', '0014904310')).toBe('different')
  expect(numbers('Retail and repair of pumps', 'Repair of pumps')).toBe('similar')
})

it('has words for every level', () => {
  const codes = [...personComparisons, ...companyComparisons].flatMap(({ code, levels }) =>
    levels.map((level) => `${code.replace(/\d$/, '')}_${level}`),
  )
  expect(Object.keys(agreementWords).sort()).toEqual([...new Set(codes)].sort())
})

it('compares the titles of companies, and not those of leads', () => {
  const codes = (comparisons: typeof personComparisons) => comparisons.map(({ code }) => code)
  expect(codes(companyComparisons)).toEqual([
    'title',
    'phone',
    'email',
    'website',
    'address',
    'city',
    'postalCode',
    'extra0',
  ])
  expect(codes(personComparisons)).not.toContain('title')
})
