import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { countryCode } from '../../src/imports/countries.ts'
import { type FindUser, findUsers, splitName } from '../../src/imports/people.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

describe('a full name', () => {
  it.each([
    ['Anna Orlova', 'firstLast', { firstName: 'Anna', lastName: 'Orlova' }],
    ['Orlova, Anna', 'lastFirst', { firstName: 'Anna', lastName: 'Orlova' }],
    ['Anna Maria Orlova', 'firstLast', { firstName: 'Anna Maria', lastName: 'Orlova' }],
    ['Anna', 'lastFirst', { firstName: 'Anna' }],
    ['Петров Иван Сергеевич', 'firstLast', { firstName: 'Иван', middleName: 'Сергеевич', lastName: 'Петров' }],
    ['Мария Ильинична Ким', 'lastFirst', { firstName: 'Мария', middleName: 'Ильинична', lastName: 'Ким' }],
    // The words are ambiguous: a surname may end like a patronymic.
    ['Иван Стаханович', 'firstLast', { firstName: 'Иван', lastName: 'Стаханович' }],
  ] as const)('%s (%s) is split', (text, order, name) => expect(splitName(text, order)).toEqual(name))
})

describe('a country', () => {
  it.each([
    ['Россия', 'RU'],
    ['russia', 'RU'],
    ['РФ', 'RU'],
    ['United States', 'US'],
    ['USA', 'US'],
    ['США', 'US'],
    ['Соединённые Штаты', 'US'],
    ['kz', 'KZ'],
    ['Белоруссия', 'BY'],
    ['Atlantis', undefined],
    ['', undefined],
  ])('%s has the code %s', (name, code) => expect(countryCode(name)).toBe(code))
})

describe('a user', () => {
  let database: TestDatabase
  let findUser: FindUser
  let ids: number[]
  beforeAll(async () => {
    database = await freshDatabase()
    const users = [
      { first_name: 'Anna', last_name: 'Orlova', email: 'anna@firm.example' },
      { first_name: 'Ivan', last_name: 'Petrov', active: false },
      { first_name: 'Ivan', last_name: 'Petrov' },
      { first_name: 'Max', last_name: 'Weber' },
      { first_name: 'Weber', last_name: 'Max' },
    ]
    const rows = await database.db.insertInto('user').values(users).returning('id').execute()
    ids = rows.map(({ id }) => id)
    findUser = await findUsers(database.db)
  })
  afterAll(() => database.close())

  it('is found by name in either order, by e-mail and by id', () => {
    for (const text of ['Anna Orlova', 'ORLOVA anna', 'anna@firm.example', String(ids[0])]) {
      expect(findUser(text)).toBe(ids[0])
    }
  })

  it('is preferred if active', () => expect(findUser('Ivan Petrov')).toBe(ids[2]))

  it('is not guessed for an ambiguous or unknown name', () => {
    for (const text of ['Max Weber', 'Nobody', '999999', '']) expect(findUser(text)).toBeUndefined()
  })
})
