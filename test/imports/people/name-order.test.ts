import { describe, expect, it } from '@jest/globals'
import { nameOrderOf } from '../../../src/imports/people/name-order.ts'

describe('the order of names in a column', () => {
  it.each([
    ['surnames before first names', ['Иванов Иван', 'Петрова Анна', 'Ким Ольга'], 'Name', 'lastFirst'],
    ['first names before surnames', ['Иван Иванов', 'Анна Петрова', 'Ольга Ким'], 'ФИО', 'firstLast'],
    ['first names that are unknown, before surnames', ['Огюст Иванов', 'Авраам Петровский'], 'Клиент', 'firstLast'],
    ['patronymics at the end', ['Ли Чен', 'Ли Чен Иванович'], 'Name', 'lastFirst'],
    ['patronymics in the middle', ['Ли Чен', 'Чен Иванович Ли'], 'ФИО', 'firstLast'],
    ['initials at the end', ['Ли Чен', 'Пак А. Б.'], 'Name', 'lastFirst'],
    ['one cell the other way round', ['Anna Orlova', 'John Smith', 'Brown Emily', 'Kate Bell'], 'Name', 'firstLast'],
    ['surnames that are first names too', ['Thomas James', 'John Smith'], 'Name', 'firstLast'],
    ['commas only', ['Smith, John'], 'Name', 'firstLast'],
    ['nothing, under ФИО', [], 'Ф.И.О. клиента', 'lastFirst'],
    ['nothing, under Name', ['Li Chen'], 'Name', 'firstLast'],
  ] as const)('is decided by %s', (_what, cells, column, order) => {
    expect(nameOrderOf(cells, column)).toBe(order)
  })
})
