import { dateFields, type FieldDefinition } from './system-fields.ts'

const today = 'now'
const inAWeek = 'now+7'

/** The fields of the types that every instance has, besides those of all types and of their traits. */
export const ownFields = {
  lead: [
    {
      code: 'companyTitle',
      kind: 'string',
      label: { en: 'Company name', ru: 'Название компании' },
      searchable: true,
    },
    {
      code: 'isRepeat',
      kind: 'boolean',
      label: { en: 'Repeat lead', ru: 'Повторный лид' },
      notNull: true,
      settings: { default: false },
      prevails: false,
    },
  ],
  deal: [
    {
      code: 'dealType',
      kind: 'dictionary',
      label: { en: 'Deal type', ru: 'Тип сделки' },
      settings: { dictionary: 'DEAL_TYPE' },
    },
    {
      code: 'probability',
      kind: 'integer',
      label: { en: 'Probability, %', ru: 'Вероятность, %' },
      settings: { min: 0, max: 100 },
    },
    ...dateFields,
    { code: 'leadId', kind: 'record', indexed: true, label: { en: 'Lead', ru: 'Лид' }, settings: { type: 'lead' } },
    {
      code: 'quoteId',
      kind: 'record',
      indexed: true,
      label: { en: 'Quote', ru: 'Предложение' },
      settings: { type: 'quote' },
    },
    {
      code: 'isRepeat',
      kind: 'boolean',
      label: { en: 'Repeat deal', ru: 'Повторная сделка' },
      notNull: true,
      settings: { default: false },
    },
  ],
  contact: [
    { code: 'photo', kind: 'file', label: { en: 'Photo', ru: 'Фотография' } },
    {
      code: 'contactType',
      indexed: true,
      kind: 'dictionary',
      label: { en: 'Contact type', ru: 'Тип контакта' },
      settings: { dictionary: 'CONTACT_TYPE' },
    },
    {
      code: 'participatesInExport',
      kind: 'boolean',
      label: { en: 'Participates in export', ru: 'Участвует в экспорте' },
      notNull: true,
      settings: { default: true },
      prevails: false,
    },
  ],
  company: [
    { code: 'logo', kind: 'file', label: { en: 'Logo', ru: 'Логотип' } },
    {
      code: 'companyType',
      indexed: true,
      kind: 'dictionary',
      label: { en: 'Company type', ru: 'Тип компании' },
      settings: { dictionary: 'COMPANY_TYPE' },
    },
    {
      code: 'industry',
      indexed: true,
      kind: 'dictionary',
      label: { en: 'Industry', ru: 'Сфера деятельности' },
      settings: { dictionary: 'INDUSTRY' },
    },
    {
      code: 'employees',
      kind: 'dictionary',
      label: { en: 'Employees', ru: 'Количество сотрудников' },
      settings: { dictionary: 'EMPLOYEES' },
    },
    {
      code: 'annualRevenue',
      kind: 'decimal',
      label: { en: 'Annual revenue', ru: 'Годовой оборот' },
      currency: 'currency',
    },
    {
      code: 'currency',
      kind: 'currency',
      label: { en: 'Currency', ru: 'Валюта' },
      settings: { default: 'base' },
      goesWith: 'annualRevenue',
    },
    {
      code: 'isMyCompany',
      kind: 'boolean',
      label: { en: 'Own company', ru: 'Своя компания' },
      notNull: true,
      settings: { default: false },
      prevails: true,
    },
  ],
  quote: [
    {
      code: 'beginDate',
      kind: 'date',
      label: { en: 'Date of the quote', ru: 'Дата предложения' },
      settings: { default: today },
    },
    {
      code: 'validUntil',
      kind: 'date',
      label: { en: 'Valid until', ru: 'Действует до' },
      settings: { default: inAWeek },
    },
    { code: 'content', kind: 'text', label: { en: 'Content', ru: 'Содержание' } },
    { code: 'terms', kind: 'text', label: { en: 'Terms', ru: 'Условия' } },
    {
      code: 'dealId',
      kind: 'record',
      indexed: true,
      label: { en: 'Deal', ru: 'Сделка' },
      settings: { type: 'deal' },
    },
    { code: 'leadId', kind: 'record', indexed: true, label: { en: 'Lead', ru: 'Лид' }, settings: { type: 'lead' } },
  ],
  invoice: [
    {
      code: 'dealId',
      kind: 'record',
      indexed: true,
      label: { en: 'Deal', ru: 'Сделка' },
      settings: { type: 'deal' },
    },
    {
      code: 'quoteId',
      kind: 'record',
      indexed: true,
      label: { en: 'Quote', ru: 'Предложение' },
      settings: { type: 'quote' },
    },
  ],
} satisfies Record<string, readonly FieldDefinition[]>
