import { describe, expect, it } from '@jest/globals'
import { normalizePhone } from '../../src/fields/phone.ts'

describe('a phone number', () => {
  it.each([
    ['8 (812) 043-14-11 вн. 189', ['RU'], '+78120431411'],
    ['(812)043-14-11 внутр 189', ['RU'], '+78120431411'],
    ['8 (812) 043-14-11 доб. 189', ['RU'], '+78120431411'],
    ['8 (812) 043-14-11', ['US', 'RU'], '+78120431411'],
    // Ten digits that are valid in either country.
    ['484.555.5848', ['RU', 'US'], '+14845555848'],
    ['(484) 555-5848 ext. 7', ['RU', 'US'], '+14845555848'],
    ['(947)918-75-36', ['US', 'RU'], '+79479187536'],
    ['4845555848', ['RU', 'US'], '+74845555848'],
    ['4845555848', ['US', 'RU'], '+14845555848'],
    ['484.555.5848', ['RU'], '+74845555848'],
  ])('%s with the countries %j becomes %s', (text, countries, normalized) =>
    expect(normalizePhone(text, countries)).toBe(normalized),
  )
})
