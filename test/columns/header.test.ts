import { describe, expect, it } from '@jest/globals'
import { columnsOf } from '../../src/columns/columns.ts'
import { mapHeader } from '../../src/columns/header.ts'
import { systemTypes } from '../../src/entities/types.ts'
import type { Field } from '../../src/fields/field.ts'

const { fields } = systemTypes.find(({ code }) => code === 'contact')!
const city: Field = {
  ...fields.find(({ code }) => code === 'position')!,
  ...{ key: 'f_1', path: 'userFields.delivery_city', code: 'delivery_city', column: 'f_1', userFieldId: 1 },
  label: { en: 'Delivery city', ru: 'Город доставки' },
}
const keysOf = (...header: string[]) =>
  mapHeader(header, [...fields, city]).columns.map(({ target }) => target?.key ?? null)

describe('column names', () => {
  it.each([
    ['firstName', 'firstName'],
    ['First name', 'firstName'],
    [' ИМЯ ', 'firstName'],
    ['first_name', 'firstName'],
    ['phones.work', 'phones.work'],
    ['рабочий телефон', 'phones.work'],
    ['Business Phone', 'phones.work'],
    ['Телефоны', 'phones'],
    ['Электронная почта', 'emails'],
    ['Рабочий E-Mail', 'emails.work'],
    ['Населённый пункт', 'address.city'],
    ['postcode', 'address.postalCode'],
    ['utm_source', 'utm.source'],
    ['userFields.delivery_city', 'userFields.delivery_city'],
    ['delivery_city', 'userFields.delivery_city'],
    ['Delivery City', 'userFields.delivery_city'],
    ['город доставки', 'userFields.delivery_city'],
    ['ID', 'id'],
    ['createdAt', null],
    ['Дата создания', null],
    ['Hat size', null],
    ['', null],
  ])('%s maps to %s', (name, key) => expect(keysOf(name)).toEqual([key]))

  it('may repeat in adjacent columns for a list, but not for a single value', () => {
    expect(keysOf('Phone', 'Work phone', 'Улица, номер дома', 'Квартира, офис, комната, этаж')).toEqual([
      ...['phones.work', 'phones.work', 'address.lines', 'address.lines'],
    ])
    expect(keysOf('First name', 'Имя')).toEqual(['firstName', null])
  })

  it('include those of exported files, in both modes and languages', () => {
    const writable = fields.filter(({ readOnly }) => !readOnly)
    for (const mode of ['people', 'raw'] as const) {
      const keys = columnsOf(writable, mode).map(({ key }) => key)
      const labels = columnsOf(writable, mode).map(({ label }) => label)
      expect(keysOf(...keys)).toEqual(keys)
      expect(keysOf(...labels.map(({ en }) => en))).toEqual(keys)
      expect(keysOf(...labels.map(({ ru }) => ru))).toEqual(keys)
    }
  })
})
