import { describe, expect, it } from '@jest/globals'
import { splitName } from '../../src/names/split-name.ts'

describe('a full name', () => {
  it.each([
    ['Anna Orlova', 'firstLast', { firstName: 'Anna', lastName: 'Orlova' }],
    ['Orlova Anna', 'lastFirst', { firstName: 'Anna', lastName: 'Orlova' }],
    ['Anna Maria Orlova', 'firstLast', { firstName: 'Anna Maria', lastName: 'Orlova' }],
    ['Anna', 'lastFirst', { firstName: 'Anna' }],
    ['Петров Иван Сергеевич', 'firstLast', { firstName: 'Иван', middleName: 'Сергеевич', lastName: 'Петров' }],
    ['Мария Ильинична Ким', 'lastFirst', { firstName: 'Мария', middleName: 'Ильинична', lastName: 'Ким' }],
    [
      'Роман Аркадьевич Абрамович',
      'lastFirst',
      { firstName: 'Роман', middleName: 'Аркадьевич', lastName: 'Абрамович' },
    ],
    ['Ivanov Ivan Ivanovich', 'firstLast', { firstName: 'Ivan', middleName: 'Ivanovich', lastName: 'Ivanov' }],
    [
      'Roman Arkadyevich Abramovich',
      'lastFirst',
      { firstName: 'Roman', middleName: 'Arkadyevich', lastName: 'Abramovich' },
    ],
    ['John Adam Rabinovich', 'firstLast', { firstName: 'John Adam', lastName: 'Rabinovich' }],
    // The words are ambiguous: a surname may end like a patronymic.
    ['Иван Стаханович', 'firstLast', { firstName: 'Иван', lastName: 'Стаханович' }],
    ['Smith, John', 'firstLast', { firstName: 'John', lastName: 'Smith' }],
    ['Smith, John A.', 'firstLast', { firstName: 'John', middleName: 'A.', lastName: 'Smith' }],
    ['John A. Smith', 'firstLast', { firstName: 'John', middleName: 'A.', lastName: 'Smith' }],
    ['John Smith, Jr.', 'firstLast', { firstName: 'John', lastName: 'Smith Jr.' }],
    ['John Smith III', 'firstLast', { firstName: 'John', lastName: 'Smith III' }],
    ['Ludwig van Beethoven', 'firstLast', { firstName: 'Ludwig', lastName: 'van Beethoven' }],
    ['van Beethoven Ludwig', 'lastFirst', { firstName: 'Ludwig', lastName: 'van Beethoven' }],
    ['María de la Cruz', 'firstLast', { firstName: 'María', lastName: 'de la Cruz' }],
    ['Mr. John Smith', 'firstLast', { honorific: 'MR', firstName: 'John', lastName: 'Smith' }],
    ['г-жа Орлова Анна', 'lastFirst', { honorific: 'MS', firstName: 'Анна', lastName: 'Орлова' }],
    ['Dr. John Smith', 'firstLast', { firstName: 'Dr. John', lastName: 'Smith' }],
    ['Иванов И. И.', 'firstLast', { firstName: 'И.', middleName: 'И.', lastName: 'Иванов' }],
    ['И. И. Иванов', 'lastFirst', { firstName: 'И.', middleName: 'И.', lastName: 'Иванов' }],
    ['Иванов И.И.', 'firstLast', { firstName: 'И.', middleName: 'И.', lastName: 'Иванов' }],
    ['Иванов И.', 'firstLast', { firstName: 'И.', lastName: 'Иванов' }],
    ['Алиев Рашид Вагиф оглы', 'lastFirst', { firstName: 'Рашид Вагиф оглы', lastName: 'Алиев' }],
    [
      'Stevenson;John;Philip,Paul;Dr.;Jr.',
      'firstLast',
      { firstName: 'John', middleName: 'Philip,Paul', lastName: 'Stevenson' },
    ],
    ['', 'firstLast', {}],
    [',', 'firstLast', {}],
    ['Mr.', 'firstLast', { firstName: 'Mr.' }],
  ] as const)('%s (%s) is split', (text, order, name) => expect(splitName(text, order)).toEqual(name))
})
