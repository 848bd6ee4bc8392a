import { describe, expect, it } from '@jest/globals'
import { preparePerson, preparePersonText } from '../../src/names/person.ts'
import { comparePersons } from '../../src/names/person-comparison.ts'

/** Returns a name that is written `last name, given name, middle name` in parts, or as one text without commas. */
function nameOf(written: string) {
  if (!written.includes(',')) return preparePersonText(written)
  const [lastName = '', firstName = '', middleName = ''] = written.split(',').map((part) => part.trim())
  return preparePerson({ lastName, firstName, middleName })
}

function compare(a: string, b: string) {
  const { level, reasons } = comparePersons(nameOf(a), nameOf(b))
  return { level, reasons: reasons.join(' ') }
}

// biome-ignore format: a table is read by rows
const pairs: readonly (readonly [string, string, string, string])[] = [
  ['Иванов, Иван, Петрович', 'Иванов, Иван, Петрович', 'equal', 'name_equal'],
  ['Семёнов, Пётр', 'СЕМЕНОВ, петр', 'equal', 'name_spelling'],
  ['Núñez, José', 'Nunez, Jose', 'equal', 'name_spelling'],
  ["O'Brien, Mary", 'OBrien, Mary', 'equal', 'name_spelling'],
  ['Иванoв, Иван', 'Иванов, Иван', 'equal', 'name_spelling'],
  ['Иванов, Иван', 'Иван, Иванов', 'equal', 'name_reordered'],
  ['Роман Абрамович', 'Роман, Абрамович', 'equal', 'name_spelling'],
  ['Роман Аркадьевич Абрамович', 'Abramovich Roman Arkadyevich', 'transliterated', 'name_reordered name_transliterated'],
  ['Victoria, Gardner', 'Gardner, V.', 'initials', 'name_reordered name_initials'],
  ['Андрюша, Суворов, Русланович', 'Suvorov, Andrey, Ruslanovich', 'variant', 'name_reordered name_transliterated given_name_short_form'],
  ['Claymore, Murphy', 'Murphy, Samantha', 'otherPerson', 'name_reordered other_given_name'],
  ['Ольга Ким', 'Olga Kim', 'transliterated', 'name_transliterated'],
  ['John Smith', 'Smith John', 'equal', 'name_reordered'],
  [', Иванов Иван', 'Иванов, Иван', 'equal', 'name_equal'],
  ['Smith, John', 'John Smith', 'equal', 'name_equal'],
  ['SergeiLavrov', 'Sergei Lavrov', 'equal', 'name_words_joined'],
  ['Иванов, Иван, Петрович', 'Ivanov, Ivan, Petrovich', 'transliterated', 'name_transliterated'],
  ['Хрущёв, Юрий', 'Khrushchev, Yuri', 'transliterated', 'name_transliterated'],
  ['Щербаков, Евгений', 'Scherbakov, Evgeniy', 'transliterated', 'name_transliterated'],
  ['Цветков, Сергей', 'Cvetkov, Sergej', 'transliterated', 'name_transliterated'],
  ['Obama, Barack', 'ობამა, ბარაკ', 'transliterated', 'name_transliterated'],
  ['Kuznetsov, Alexey', 'Kuznecov, Aleksei', 'transliterated', 'name_sounds_alike'],
  ['Müller, Jürgen', 'Mueller, Juergen', 'transliterated', 'name_sounds_alike'],
  ['Иванов, Иван, Петрович', 'Иванов, Иван', 'partial', 'middle_name_missing'],
  ['Smith, Robert, J.', 'Smith, Robert, James', 'partial', 'name_initials'],
  ['Иванова-Петрова, Мария', 'Петрова, Мария', 'partial', 'last_name_part_missing'],
  ['Schmidt, Anna Maria', 'Schmidt, Anna', 'partial', 'given_name_part_missing'],
  ['Суворов, Александр', 'Суворов, Саша', 'variant', 'given_name_short_form'],
  ['Чернова, Наталья', 'Chernova, Natasha', 'variant', 'name_transliterated given_name_short_form'],
  ['Willis, Julia', 'Willis, Jlia', 'typingError', 'name_typing_error'],
  ['Суворов, Александр', 'Suvorov, Sasha', 'variant', 'name_transliterated given_name_short_form'],
  ['Smith, Robert', 'Smith, Bob', 'variant', 'given_name_short_form'],
  ['Smith, Kate', 'Smith, Cathy', 'variant', 'given_name_short_form'],
  ['Schmidt, Friedrich', 'Schmidt, Frederick', 'variant', 'given_name_of_other_language'],
  ['Иванова, Мария', 'Иванов, Мария', 'variant', 'last_name_feminine_form'],
  ['Kowalska, Anna', 'Kowalski, Anna', 'variant', 'last_name_feminine_form'],
  ['Кузнецов, Алексей', 'Кузнцов, Алексей', 'typingError', 'name_typing_error'],
  ['Merkel, Angela', 'Merkel, Anglea', 'typingError', 'name_typing_error'],
  ['Taylor, Sofia', 'Taylor, Fosia', 'similar', 'name_similar'],
  ['Цветков, Георгий, Игоревич', 'Цветков, Георгий, Егорович', 'otherPerson', 'other_middle_name'],
  ['Кудрявцев, Илья, Никитич', 'Никитин, Илья, Викторович', 'givenNameOnly', 'other_middle_name other_last_name'],
  ['Иванов, Иван, Петрович', 'Иванов И.П.', 'initials', 'name_initials'],
  ['Иванов, Саша', 'Иванов, А.', 'initials', 'name_initials'],
  ['Иванов, А.', 'Иванов, А.', 'initials', ''],
  ['Чехов, Андрей', 'Chekhov, A.', 'initials', 'name_transliterated name_initials'],
  ['Иванов, Иван', 'Иванова, Анна', 'otherPerson', 'last_name_feminine_form other_given_name'],
  ['Иванова, Инна', 'Иванова, Анна', 'otherPerson', 'other_given_name'],
  ['Obama, Barack', 'Obama, Michelle', 'otherPerson', 'other_given_name'],
  ['Иванов, Иван, Петрович', 'Иванов, Иван, Сергеевич', 'otherPerson', 'other_middle_name'],
  ['Smith, Robert, J.', 'Smith, Robert, K.', 'otherPerson', 'other_middle_name'],
  ['John Smith Jr.', 'John Smith Sr.', 'otherPerson', 'other_generation'],
  ['Иванова, Анна, Петровна', 'Смирнова, Анна, Петровна', 'givenNameOnly', 'other_last_name'],
  ['Петров, ', 'Петров, Иван', 'lastNameOnly', 'given_name_missing'],
  ['Петров, Иван', 'Сидоров, Олег', 'different', 'name_different'],
  ['Павлов, Марк', 'Павлюк, Марк', 'givenNameOnly', 'other_last_name'],
  ['高石早苗', '高市早苗', 'different', 'name_different'],
  ['', 'Сидоров, Олег', 'missing', ''],
]

describe('two names of persons', () => {
  it.each(pairs)('%s and %s: %s', (a, b, level, reasons) => {
    expect(compare(a, b)).toMatchObject({ level, reasons: expect.stringContaining(reasons) })
  })

  it.each(pairs)('%s and %s agree the same in both orders', (a, b) => expect(compare(b, a)).toEqual(compare(a, b)))

  it.each(pairs)('%s is equal to itself', (name) => {
    const level = name.trim() ? compare(name, name).level : 'equal'
    expect(['equal', 'initials', 'lastNameOnly', 'givenNameOnly']).toContain(level)
  })
})

describe('the parts of two names', () => {
  it.each([
    ['Иванова, Анна, Петровна', 'Смирнова, Аня', { given: 'variant', middle: 'missing', last: 'different' }],
    ['Иванов, И.', 'Иванов, Иван, Петрович', { given: 'initial', middle: 'missing', last: 'equal' }],
    ['Иванова, Анна', 'Иванова, Инна', { given: 'contradictory', middle: 'missing', last: 'equal' }],
    ['Иванова, Анна', 'Иванова, Аннна', { given: 'soundsAlike', middle: 'missing', last: 'equal' }],
    ['Иванова, Хюмейра', 'Иванова, Жаклин', { given: 'different', middle: 'missing', last: 'equal' }],
    [
      'Ivanov, Petr, Ivanovich',
      'Пётр Иванович Иванов',
      { given: 'transliterated', middle: 'transliterated', last: 'transliterated' },
    ],
  ] as const)('%s and %s', (a, b, parts) => expect(comparePersons(nameOf(a), nameOf(b))).toMatchObject(parts))
})
