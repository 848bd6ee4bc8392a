import { describe, expect, it } from '@jest/globals'
import { columnsOf } from '../../src/columns/columns.ts'
import { mapHeader } from '../../src/columns/header.ts'
import { programs } from '../../src/columns/known/programs.ts'
import { systemTypes } from '../../src/entities/types.ts'

const fieldsOf = (type: string) => systemTypes.find(({ code }) => code === type)!.fields
const mapped = (type: string, ...header: string[]) => mapHeader(header, fieldsOf(type))
const keysOf = (type: string, ...header: string[]) =>
  mapped(type, ...header).columns.map(({ target }) => {
    if (!target) return null
    const { key, alternative } = target
    return alternative && alternative !== key ? `${key}@${alternative}` : key
  })

describe('a program is recognized by its header', () => {
  it.each([
    ['bitrix24', ['ID', 'Имя', 'Имя, Фамилия', 'Доступен для всех', 'Дополнительно об источнике']],
    ['bitrix24', ['ID', 'Deal Name', 'Stage', 'Opportunity', 'More about this stage']],
    ['amocrm', ['ID', 'Название сделки', 'Бюджет', 'Этап сделки', 'Теги сделки', 'Основной контакт']],
    ['google', ['Name', 'Given Name', 'E-mail 1 - Type', 'E-mail 1 - Value']],
    ['google', ['First Name', 'Last Name', 'Labels', 'Phone 1 - Label', 'Phone 1 - Value']],
    ['outlook', ['First Name', 'Last Name', 'E-mail Address', 'E-mail 2 Address', 'Business Phone']],
    ['outlook', ['Имя', 'Фамилия', 'Рабочий телефон', 'Телефон переносной', 'Адрес эл. почты']],
    ['hubspot', ['Record ID', 'First Name', 'Email', 'Lifecycle Stage', 'Lead Status']],
    ['pipedrive', ['Deal - ID', 'Deal - Title', 'Deal - Value', 'Person - Name']],
    ['salesforce', ['Contact ID', 'First Name', 'Account Name', 'Mailing City', 'Email']],
    ['thunderbird', ['Display Name', 'Primary Email', 'Secondary Email', 'Birth Year']],
    ['vcard', ['FN', 'TEL;TYPE=CELL', 'EMAIL', 'ORG']],
    ['csv', ['ID', 'Имя', 'Фамилия', 'Доступен для всех']],
    ['csv', ['Name', 'Phone', 'Email', 'Company', 'Address']],
    ['csv', []],
  ])('%s: %j', (source, header) => expect(mapped('contact', ...header).source).toBe(source))

  it('and our own files are of none', () => {
    for (const { fields } of systemTypes) {
      for (const language of ['en', 'ru'] as const) {
        expect(
          mapHeader(
            columnsOf(fields, 'people').map(({ label }) => label[language]),
            fields,
          ).source,
        ).toBe('csv')
      }
    }
  })
})

describe('columns of contacts', () => {
  it.each([
    [
      'Google',
      ['Phone 1 - Label', 'Phone 1 - Value', 'Phone 2 - Label', 'Phone 2 - Value', 'E-mail 1 - Value'],
      [...['phones.kind', 'phones.work', 'phones.kind', 'phones.work', 'emails.work']],
    ],
    [
      'Google',
      ['Address 1 - Street', 'Address 1 - City', 'Address 2 - City', 'Address 1 - Formatted', 'Phone 1 - Value'],
      [...['address.lines@1', 'address.city@1', 'address.city@2', 'address.lines@whole1', 'phones.work']],
    ],
    [
      'Google',
      ['Organization 1 - Name', 'Organization 1 - Title', 'Additional Name', 'Group Membership'],
      [...['companies', 'position', 'middleName', null]],
    ],
    [
      'Outlook',
      ['Title', 'Job Title', 'Home Street', 'Business Street', 'Business Street 2', 'E-mail 2 Address', 'Home Fax'],
      [
        ...['honorific', 'position', 'address.lines@home', 'address.lines@business', 'address.lines@business'],
        ...['emails.home', 'phones.fax'],
      ],
    ],
    [
      'Outlook in Russian',
      ['Обращение', 'Организация', 'Улица (раб. адрес)', 'Телефон переносной', 'Адрес 2 эл. почты'],
      [...['honorific', 'companies', 'address.lines@business', 'phones.mobile', 'emails.home']],
    ],
    [
      'amoCRM',
      ['Полное имя (контакт)', 'Рабочий прямой телефон (контакт)', 'Название (компания)', 'Тег контакта'],
      [...['fullName', 'phones.work', 'companies', null]],
    ],
    [
      'Pipedrive',
      ['Person - Name', 'Person - Phone - Mobile', 'Organization - Name', 'Deal - Title', 'Person - ID', 'Deal - ID'],
      [...['fullName', 'phones.mobile', 'companies', null, 'id', null]],
    ],
    [
      'Salesforce',
      ['Contact ID', 'Title', 'Account Name', 'Mailing City', 'Other City', 'Email Opt Out', 'Account ID'],
      [
        ...[
          'id',
          'position',
          'companies',
          'address.city@mailing',
          'address.city@other',
          'participatesInExport',
          'companies.externalIds',
        ],
      ],
    ],
    [
      'HubSpot',
      ['Record ID', 'Company Name', 'Associated Company', 'Street Address', 'Lifecycle Stage', 'Contact owner'],
      [...['id', 'companies', null, 'address.lines', null, 'responsibleId']],
    ],
    [
      'Thunderbird, whose `Birth Day` is a number',
      ['Primary Email', 'Secondary Email', 'Birth Day', 'Birth Year', 'Home Address', 'Work Address'],
      [...['emails.work', 'emails.other', null, null, 'address.lines@home', 'address.lines@work']],
    ],
    [
      'vCard',
      ['FN', 'TEL;TYPE=CELL', 'TEL;HOME', 'ADR', 'ORG', 'BDAY'],
      [...['fullName', 'phones.mobile', 'phones.home', 'address.lines', 'companies', 'birthDate']],
    ],
    [
      'nobody',
      ['ФИО', 'Моб.', 'Телефон 2', 'Почта', 'Компания', 'Город', 'Адрес', 'Ответственный', 'Телефон клиента'],
      [
        ...['fullName', 'phones.mobile', 'phones.work', 'emails.work', 'companies', 'address.city', 'address.lines'],
        ...['responsibleId', 'phones.work'],
      ],
    ],
    [
      'nobody',
      ['Name*', 'Company 1', 'Company 2', 'E-mail 3', 'Address 1', 'Address 2', 'Birthday 2', 'DOB (required)'],
      [...['fullName', 'companies', 'companies', 'emails.work', 'address.lines', 'address.lines', null, 'birthDate']],
    ],
  ])('of %s: %j', (_program, header, keys) => expect(keysOf('contact', ...header)).toEqual(keys))
})

describe('columns of other types', () => {
  it.each([
    [
      'company',
      ['Название', 'Юридический адрес', 'Фактический адрес', 'Город', 'Телефон контакта'],
      [...['title', 'address.lines@further 0', 'address.lines', 'address.city', 'contacts.phones']],
    ],
    [
      'deal',
      ['Сделка', 'Клиент', 'Телефон клиента', 'E-mail клиента'],
      [...['title', 'contacts', 'contacts.phones', 'contacts.emails']],
    ],
    ['lead', ['Почта', 'Телефон', 'Компания'], ['emails.work', 'phones.work', 'companyId']],
    ['company', ['Почта', 'Телефон', 'Компания'], ['emails.work', 'phones.work', 'title']],
    ...['deal', 'quote', 'invoice'].map((type): [string, string[], (string | null)[]] => [
      type,
      ['Почта', 'Телефон', 'Компания', 'Phone', 'E-mail адрес'],
      ['contacts.emails', 'contacts.phones', 'companyId', null, null],
    ]),
    ...['lead', 'company'].map((type): [string, string[], (string | null)[]] => [
      type,
      ['E-mail 1 - Value', 'E-mail 2 - Value', 'Phone 2 - Label', 'Phone 2 - Value', 'Address 1 - City'],
      ['emails.work', 'emails.work', 'phones.kind', 'phones.work', 'address.city@1'],
    ]),
    ['deal', ['E-mail 1 - Value', 'Phone 2 - Value'], ['contacts.emails', 'contacts.phones']],
    ['company', ['Name', 'Phone', 'ID контакта'], ['title', 'phones.work', 'contacts.externalIds']],
    [
      'company',
      ['Organization - Name', 'Organization - Address', 'Organization - ID', 'Person - Name'],
      [...['title', 'address.lines', 'id', 'contacts']],
    ],
    [
      'company',
      ['Account Name', 'Billing City', 'Shipping City', 'Phone', 'Account ID'],
      [...['title', 'address.city@billing', 'address.city@shipping', 'phones.work', 'id']],
    ],
    [
      'deal',
      ['Название сделки', 'Бюджет', 'Этап сделки', 'Полное имя контакта', 'Компания контакта', 'Теги сделки'],
      [...['title', 'amount', 'stageId', 'contacts', 'companyId', null]],
    ],
    [
      'deal',
      ['Deal - Title', 'Deal - Value', 'Deal - Stage', 'Person - Name', 'Organization - Name', 'Person - Phone - Work'],
      [...['title', 'amount', 'stageId', 'contacts', 'companyId', 'contacts.phones']],
    ],
    [
      'deal',
      ['Opportunity Name', 'Stage', 'Amount', 'Close Date', 'Account Name', 'Opportunity ID', 'Lead Source'],
      [...['title', 'stageId', 'amount', 'closeDate', 'companyId', 'id', 'source']],
    ],
    [
      'deal',
      ['Сделка', 'Сумма, руб.', 'Клиент', 'Статус', 'Вероятность, %'],
      [...['title', 'amount', 'contacts', 'stageId', 'probability']],
    ],
    [
      'lead',
      ['Lead Name', 'First And Last Names', 'Company Name', 'Position', 'Opportunity', 'Linked user', 'Work Phone'],
      [...['title', 'fullName', 'companyTitle', 'position', 'amount', null, 'phones.work']],
    ],
    ['lead', ['Name', 'Title', 'Phone', 'Source'], ['fullName', 'title', 'phones.work', 'source']],
    ['lead', ['Lead - ID', 'Lead - Title', 'Person - ID'], ['id', 'title', 'contacts.externalIds']],
    [
      'quote',
      ['Тема', 'Номер КП', 'Срок действия', 'Контрагент', 'Сумма'],
      [...['title', 'number', 'validUntil', 'companyId', 'amount']],
    ],
    [
      'invoice',
      ['Счёт №', 'Дата счета', 'Оплатить до', 'Компания', 'Итого'],
      [...['number', 'issueDate', 'dueDate', 'companyId', 'amount']],
    ],
  ])('%s: %j', (type, header, keys) => expect(keysOf(type, ...header)).toEqual(keys))
})

describe('a proposal', () => {
  const proposalsOf = (header: string[], sample: string[][] = []) =>
    mapHeader(header, fieldsOf('contact'), { sample }).columns.map(({ proposal, target }) => ({
      ...(proposal && { key: proposal.key, confidence: proposal.confidence, reason: proposal.reason }),
      used: target !== null,
    }))

  it('says how sure it is, and why', () => {
    expect(proposalsOf(['firstName', 'Фамилия', 'Моб. тел.', 'Employer', 'Город клиента', 'Hat'])).toEqual([
      { key: 'firstName', confidence: 1, reason: 'ownCode', used: true },
      { key: 'lastName', confidence: 1, reason: 'ownLabel', used: true },
      { key: 'phones.mobile', confidence: 0.9, reason: 'knownName', used: true },
      { key: 'companies', confidence: 0.9, reason: 'knownName', used: true },
      { key: 'address.city', confidence: 0.7, reason: 'similarName', used: true },
      { used: false },
    ])
  })

  it('is not used if the name is only similar', () => {
    expect(proposalsOf(['Birthdy', 'Contract'])).toEqual([
      { key: 'birthDate', confidence: 0.4, reason: 'similarName', used: false },
      { key: 'fullName', confidence: 0.4, reason: 'similarName', used: false },
    ])
  })

  it('is not used if only the cells look like it', () => {
    const rows = [
      ['a@firm.example', '+7 945 123-45-67', 'firm.example', '2026'],
      ['b@firm.example', '8 (945) 123-45-67', 'www.firm.example', '2027'],
      ['c@firm.example', '(541) 959-5556', 'https://firm.example/a', '2028'],
    ]
    expect(proposalsOf(['Column 1', 'Column 2', 'Column 3', 'Column 4'], rows)).toEqual([
      { key: 'emails.work', confidence: 0.4, reason: 'contents', used: false },
      { key: 'phones.work', confidence: 0.3, reason: 'contents', used: false },
      { key: 'websites.work', confidence: 0.3, reason: 'contents', used: false },
      { used: false },
    ])
  })

  it('with more confidence wins over an earlier column', () => {
    expect(keysOf('company', 'Name', 'title')).toEqual([null, 'title'])
  })
})

it('every known name of a field leads to a column of some type', () => {
  const all = systemTypes.map(({ fields }) => fields)
  const unknown = programs.flatMap(({ names }) =>
    Object.values(names).flatMap((list) =>
      Object.keys(list).filter((target) => {
        const [key = ''] = target.split('@')
        if (['fullName', 'id', 'createdAt', 'updatedAt', 'closedAt'].includes(key) || key.endsWith('.kind'))
          return false
        return !all.some((fields) =>
          [...columnsOf(fields, 'people'), ...columnsOf(fields, 'raw')].some((one) => one.key === key),
        )
      }),
    ),
  )
  expect(unknown).toEqual([])
})
