import { describe, expect, it } from '@jest/globals'
import { defaultOperator, operatorNamed, operatorNames, operatorSets, operators } from '../../src/fields/operators.ts'

it('every operator is supported by a kind of values', () => {
  expect([...new Set(Object.values(operatorSets).flat())].sort()).toEqual(operatorNames.toSorted())
  for (const set of Object.values(operatorSets)) expect(set).toContain(defaultOperator)
})

it('an operator is found by its names only', () => {
  for (const name of operatorNames) expect(operatorNamed(name)?.name).toBe(name)
  expect(operatorNamed('notIn')).toBe(operators.nin)
  for (const name of ['EQ', 'constructor', '', 1, null, undefined]) expect(operatorNamed(name)).toBeUndefined()
})

describe('An index finds a part', () => {
  it.each([
    ['contains', 'abc', true],
    ['contains', 'ab', false],
    ['contains', 'ab ', true],
    ['contains', ' ab', true],
    ['contains', 'a b c', false],
    ['contains', '%%%', false],
    ['startsWith', 'ab', true],
    ['startsWith', 'a', false],
    ['startsWith', '-ab', true],
    ['startsWith', 'a-b', false],
    ['endsWith', 'ab', true],
    ['endsWith', 'b', false],
    ['endsWith', 'ab-', true],
    ['endsWith', 'a-b', false],
  ] as const)('%s %j: %j', (name, fragment, isFound) => {
    expect(operators[name].part?.indexable.test(fragment)).toBe(isFound)
  })
})
