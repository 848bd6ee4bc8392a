import { expect, it } from '@jest/globals'
import { isWithin, keysOf, pointerOf } from '../../src/errors/json-pointer.ts'

it.each([
  [[], ''],
  [['phones', 0, 'value'], '/phones/0/value'],
  [['', 'a/b~c', '~1'], '//a~1b~0c/~01'],
])('the path %j is written as %j and read back', (keys, pointer) => {
  expect(pointerOf(keys)).toBe(pointer)
  expect(keysOf(pointer)).toEqual(keys.map(String))
})

it.each([
  ['/phones', '/phones', true],
  ['/phones/0', '/phones', true],
  ['/phonesOld', '/phones', false],
  ['/phones', '/phones/0', false],
  ['/phones', '', true],
])('%j within %j: %s', (pointer, outer, expected) => expect(isWithin(pointer, outer)).toBe(expected))
