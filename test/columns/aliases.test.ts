import { describe, expect, it } from '@jest/globals'
import { aliasesOf } from '../../src/columns/aliases.ts'
import { mapHeader } from '../../src/columns/header.ts'
import { targetColumns } from '../../src/columns/targets.ts'
import { systemTypes } from '../../src/entities/types.ts'

describe.each(systemTypes.map(({ code, fields }) => ({ code, fields })))(
  'names for columns of a $code',
  ({ fields }) => {
    it('lead to the field under which they are listed', () => {
      const listed = [...aliasesOf(targetColumns(fields, 'csv'))].flatMap(([key, names]) =>
        names.map((name) => ({ name, key })),
      )
      expect(listed.length).toBeGreaterThan(100)
      expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length)
      // Enough of them to find a fault of any program.
      const some = listed.filter((_, place) => place % 5 === 0)
      const found = some.map(({ name }) => ({ name, key: mapHeader([name], fields).columns[0]?.target?.key }))
      expect(found).toEqual(some)
    })
  },
)

/** The columns that other programs and people write, each with what it fills in a contact. */
const files: Record<string, Record<string, string | null>> = {
  'a table in Russian': {
    ...{ ФИО: 'fullName', Почта: 'emails.work', Телефон: 'phones.work', Компания: 'companies', Город: 'address.city' },
  },
  'Google Contacts': {
    ...{ 'First Name': 'firstName', 'E-mail 1 - Label': 'emails.kind', 'E-mail 1 - Value': 'emails.work' },
    ...{ 'Phone 1 - Label': 'phones.kind', 'Phone 1 - Value': 'phones.work', 'Phone 2 - Value': 'phones.work' },
  },
  'Zoho CRM': {
    ...{ 'Record Id': 'id', 'Contact Owner.id': null, 'Contact Owner': 'responsibleId', 'Account Name': 'companies' },
    ...{ 'Mailing Zip': 'address.postalCode', 'Other Zip': 'address.postalCode', 'Date of Birth': 'birthDate' },
  },
  LinkedIn: { 'First Name': 'firstName', URL: 'websites.work', 'Email Address': 'emails.work', Company: 'companies' },
  Shopify: {
    ...{ 'Customer ID': 'id', 'First Name': 'firstName', 'Default Address Company': 'companies' },
    ...{ 'Default Address Address1': 'address.lines', 'Default Address City': 'address.city' },
  },
  Мегаплан: { 'Тип клиента': 'contactType', Телефоны: 'phones', Адреса: 'address.lines', 'Откуда пришел': 'source' },
}
const { fields } = systemTypes.find(({ code }) => code === 'contact')!

it.each(Object.entries(files))('%s has columns that are known', (_, columns) => {
  const found = mapHeader(Object.keys(columns), fields).columns.map(({ name, target }) => [name, target?.key ?? null])
  expect(Object.fromEntries(found)).toEqual(columns)
})

it('columns of those who want no e-mails mean this in any file', () => {
  const read = (header: string[]) => {
    const column = mapHeader(header, fields).columns.at(-1)?.target?.column
    return column?.read('TRUE', { pointer: '', faults: [], context: {} } as never)
  }
  expect(read(['Email', 'Email Opt Out'])).toBe(false)
  expect(read(['First Name', 'Mailing City', 'Email Opt Out'])).toBe(false)
  expect(read(['Email', 'Export'])).toBe(true)
})
