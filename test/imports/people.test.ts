import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { countryCode } from '../../src/imports/people/countries.ts'
import { type FindUser, findUsers } from '../../src/imports/people/find-users.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

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
