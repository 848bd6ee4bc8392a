import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { prepareName, similarityOfNames } from '../../src/names/name-similarity.ts'
import { preparePerson } from '../../src/names/person.ts'
import { comparePersons } from '../../src/names/person-comparison.ts'
import { prepareTitle } from '../../src/names/title.ts'
import { compareTitles } from '../../src/names/title-comparison.ts'

const word = fc.oneof(
  fc.constantFrom(
    'Иван',
    'Саша',
    'Александр',
    'Anna',
    'Bob',
    'Иванова',
    'Иванов',
    'Петрович',
    'И.',
    'J.',
    'ООО',
    'LLC',
    'van',
  ),
  fc.constantFrom(
    'Север',
    'Group',
    '5',
    'VII',
    '(Москва)',
    '&',
    'S.A.',
    'Ndrangheta',
    'constructor',
    '山田',
    'محمد',
    '👍',
    '-',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
const person = fc.record({ firstName: text, middleName: text, lastName: text }).map((name) => preparePerson(name))

it('compares persons the same in both orders, and each with itself as well as with any other', () => {
  fc.assert(
    fc.property(person, person, (a, b) => {
      const found = comparePersons(a, b)
      expect(comparePersons(b, a)).toEqual(found)
      expect(found.similarity).toBeGreaterThanOrEqual(0)
      expect(found.similarity).toBeLessThanOrEqual(1)
      expect(comparePersons(a, a).similarity).toBe(a.words.length ? 1 : 0)
    }),
  )
})

it('compares titles the same in both orders, and each with itself as well as with any other', () => {
  fc.assert(
    fc.property(
      text.map((title) => prepareTitle(title)),
      text.map((title) => prepareTitle(title)),
      (a, b) => {
        const found = compareTitles(a, b)
        expect(compareTitles(b, a)).toEqual(found)
        expect(found.similarity).toBeGreaterThanOrEqual(0)
        expect(found.similarity).toBeLessThanOrEqual(1)
        expect(['equal', 'missing']).toContain(compareTitles(a, a).level)
      },
    ),
  )
})

it('takes names of any kind', () => {
  const kind = fc.constantFrom('person', 'company', 'unknown')
  fc.assert(
    fc.property(text, text, kind, (a, b, of) => {
      const similarity = similarityOfNames(prepareName(a, of), prepareName(b, of))
      expect(similarity).toBeGreaterThanOrEqual(0)
      expect(similarity).toBeLessThanOrEqual(1)
    }),
  )
})
