import { expect, it } from '@jest/globals'
import { type NamedPhones, phoneCountriesOf } from '../../../src/imports/people/phone-countries.ts'

const rows = (name: string, ...phones: string[]): NamedPhones[] => phones.map((phone) => ({ name, phones: [phone] }))
const american = rows('John Smith', '+1 541 959 5556', '(541) 959-5556', '541-959-5556', '+15419595556', '5419595556')
const russian = rows('Анна Орлова', '+7 945 123-45-67', '(945) 123-45-67', '+79451234567', '+79451234568', '9451234567')

it.each([
  [
    'phones of both countries, by the letters of the names',
    [...american, ...american, ...russian, ...russian],
    {
      ...{ latin: 'US', cyrillic: 'RU' },
    },
  ],
  [
    'Latin names with Russian phones',
    rows('Anna Orlova', ...russian.flatMap(({ phones }) => [...phones, ...phones])),
    {
      latin: 'RU',
    },
  ],
  [
    'phones of many countries',
    rows('Ann', '+15419595556', '+79451234567', '+442079460958', '+33123456789', '+15419595557'),
    {},
  ],
  ['few phones', american.slice(0, 3), {}],
  ['phones without names', rows('', ...american.flatMap(({ phones }) => [...phones, ...phones])), {}],
])('the countries of phones are learnt from %s', (_what, named, countries) => {
  expect(phoneCountriesOf(named)).toEqual(countries)
})
