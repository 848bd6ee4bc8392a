import { describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../../src/entities/types.ts'
import { bestOf, isLarger, joinTexts, withParts } from '../../../src/merging/automatic/joined-values.ts'

const [lead] = systemTypes
const fieldOf = (code: string) => lead!.fields.find((field) => field.code === code)!

describe('texts', () => {
  it('are joined in one line or in paragraphs', () => {
    expect(joinTexts(fieldOf('title'), ['Chairs', 'Tables'])).toBe('Chairs / Tables')
    expect(joinTexts(fieldOf('comment'), ['Call later.', 'Asks for a discount'])).toBe(
      'Call later.\n\nAsks for a discount',
    )
  })

  it('are left out if another one contains them', () => {
    const texts = ['Заявка с сайта', 'ЗАЯВКА С САЙТА!', 'Ещё заявка с сайта', 'заявка']
    expect(joinTexts(fieldOf('title'), texts)).toBe('Ещё заявка с сайта')
    expect(joinTexts(fieldOf('title'), ['Тест', 'тест'])).toBe('Тест')
    expect(joinTexts(fieldOf('title'), ['Art', 'Party'])).toBe('Art / Party')
  })

  it('are not joined if that is too long', () => {
    const long = ['a'.repeat(300), 'b'.repeat(300)]
    expect(joinTexts(fieldOf('title'), long)).toBe(undefined)
    expect(joinTexts(fieldOf('comment'), long)).toHaveLength(602)
  })
})

it('compares amounts exactly', () => {
  expect(isLarger('10', '9.99')).toBe(true)
  expect(isLarger('0.000000000000002', '0.000000000000001')).toBe(true)
  expect(isLarger('12345678901234567890.1', '12345678901234567890.2')).toBe(false)
  expect(isLarger('-0.5', '-0.6')).toBe(true)
  expect(isLarger('1.50', '1.5')).toBe(false)
})

it('prefers complete values, then upper and lower case, then long ones, then the first', () => {
  expect(
    bestOf([
      ['Ivan', null],
      ['I.', 'Petrov'],
    ]),
  ).toBe(1)
  expect(bestOf([['PETROVSKY'], ['Petrov']])).toBe(1)
  expect(bestOf([['Sasha'], ['Alexander']])).toBe(1)
  expect(bestOf([['Olga'], ['Inga']])).toBe(0)
})

it('completes an address with the parts that it lacks', () => {
  const address = { city: 'Omsk', lines: null, postalCode: null }
  expect(withParts(address, [null, { city: 'Omsk', lines: ['Lenin st. 5'], postalCode: null }])).toEqual({
    ...{ city: 'Omsk', lines: ['Lenin st. 5'], postalCode: null },
  })
})
