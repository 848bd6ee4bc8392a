import type { Field } from '../fields/field.ts'
import { snake } from '../fields/kinds/composite-kind.ts'
import type { Trait } from './types.ts'

/** The definition of a system field. The other properties have defaults. */
export type FieldDefinition = Pick<Field, 'code' | 'kind' | 'label'> &
  Partial<
    Pick<Field, 'multiple' | 'required' | 'notNull' | 'readOnly' | 'settings' | 'sortable' | 'indexed' | 'searchable'> &
      Pick<Field, 'goesWith' | 'currency' | 'prevails' | 'joined'>
  >

/** A field of every record, or of the types with a trait that can be switched off. */
export type CommonField = FieldDefinition & { trait?: Trait }

const stamp = { readOnly: true, notNull: true } as const

/** The fields of every record (product rule 1.6): `head` precedes the fields of the type, `tail` follows them. */
export const commonFields: { head: readonly CommonField[]; tail: readonly CommonField[] } = {
  head: [
    { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, ...stamp, searchable: true },
    { code: 'version', kind: 'integer', label: { en: 'Version', ru: 'Версия' }, ...stamp, sortable: false },
  ],
  tail: [
    {
      code: 'comment',
      kind: 'text',
      label: { en: 'Comment', ru: 'Комментарий' },
    },
    {
      code: 'responsibleId',
      indexed: true,
      kind: 'employee',
      label: { en: 'Responsible', ru: 'Ответственный' },
      notNull: true,
    },
    {
      code: 'opened',
      kind: 'boolean',
      label: { en: 'Available to everyone', ru: 'Доступен для всех' },
      notNull: true,
    },
    {
      code: 'observers',
      indexed: true,
      kind: 'employee',
      multiple: true,
      label: { en: 'Observers', ru: 'Наблюдатели' },
      notNull: true,
      trait: 'observers',
    },
    {
      code: 'source',
      indexed: true,
      kind: 'dictionary',
      label: { en: 'Source', ru: 'Источник' },
      settings: { dictionary: 'SOURCE' },
      trait: 'source',
    },
    {
      code: 'sourceDescription',
      kind: 'text',
      label: { en: 'About the source', ru: 'Дополнительно об источнике' },
      trait: 'source',
    },
    { code: 'utm', kind: 'utm', label: { en: 'UTM', ru: 'UTM' }, trait: 'source' },
    { code: 'externalIds', kind: 'externalIds', label: { en: 'External ids', ru: 'Внешние ключи' }, notNull: true },
    { code: 'createdBy', kind: 'employee', label: { en: 'Created by', ru: 'Кем создан' }, ...stamp },
    { code: 'createdAt', kind: 'datetime', label: { en: 'Created', ru: 'Дата создания' }, ...stamp },
    { code: 'updatedBy', kind: 'employee', label: { en: 'Changed by', ru: 'Кем изменён' }, ...stamp },
    { code: 'updatedAt', kind: 'datetime', label: { en: 'Changed', ru: 'Дата изменения' }, ...stamp },
    {
      code: 'lastActivityAt',
      kind: 'datetime',
      label: { en: 'Last activity', ru: 'Последняя активность' },
      readOnly: true,
    },
  ],
}

/** When work on a record begins and is expected to end. */
export const dateFields: readonly FieldDefinition[] = [
  { code: 'beginDate', kind: 'date', label: { en: 'Start date', ru: 'Дата начала' }, settings: { default: 'now' } },
  {
    code: 'closeDate',
    kind: 'date',
    label: { en: 'Expected close date', ru: 'Предполагаемая дата закрытия' },
    settings: { default: 'now+7' },
  },
]

/** The fields that each trait adds. */
export const traitFields: Partial<Record<Trait, readonly FieldDefinition[]>> = {
  title: [{ code: 'title', kind: 'string', label: { en: 'Title', ru: 'Название' }, searchable: true }],
  person: [
    {
      code: 'honorific',
      kind: 'dictionary',
      label: { en: 'Honorific', ru: 'Обращение' },
      settings: { dictionary: 'HONORIFIC' },
    },
    {
      code: 'firstName',
      kind: 'string',
      label: { en: 'First name', ru: 'Имя' },
      searchable: true,
    },
    {
      code: 'middleName',
      kind: 'string',
      label: { en: 'Middle name', ru: 'Отчество' },
      searchable: true,
    },
    {
      code: 'lastName',
      kind: 'string',
      label: { en: 'Last name', ru: 'Фамилия' },
      searchable: true,
    },
    {
      code: 'birthDate',
      kind: 'date',
      label: { en: 'Date of birth', ru: 'Дата рождения' },
    },
    { code: 'position', kind: 'string', label: { en: 'Position', ru: 'Должность' } },
  ],
  communications: [
    { code: 'phones', kind: 'phones', label: { en: 'Phones', ru: 'Телефоны' }, notNull: true, searchable: true },
    {
      code: 'emails',
      kind: 'emails',
      label: { en: 'E-mails', ru: 'Электронная почта' },
      notNull: true,
      searchable: true,
    },
    { code: 'websites', kind: 'websites', label: { en: 'Websites', ru: 'Сайты' }, notNull: true, searchable: true },
    {
      code: 'messengers',
      kind: 'messengers',
      label: { en: 'Messengers', ru: 'Мессенджеры' },
      notNull: true,
      searchable: true,
    },
  ],
  address: [{ code: 'address', kind: 'address', label: { en: 'Address', ru: 'Адрес' } }],
  companies: [
    {
      code: 'companies',
      kind: 'links',
      label: { en: 'Companies', ru: 'Компании' },
      notNull: true,
      settings: { type: 'company', relation: 'contact-company' },
    },
  ],
  contacts: [
    {
      code: 'contacts',
      kind: 'links',
      label: { en: 'Contacts', ru: 'Контакты' },
      notNull: true,
      settings: { type: 'contact', relation: 'contact-company', back: true },
    },
  ],
  client: [
    {
      code: 'companyId',
      kind: 'record',
      indexed: true,
      label: { en: 'Company', ru: 'Компания' },
      settings: { type: 'company' },
    },
    {
      code: 'contacts',
      kind: 'links',
      label: { en: 'Contacts', ru: 'Контакты' },
      notNull: true,
      settings: { type: 'contact', relation: 'client' },
    },
  ],
  money: [
    { code: 'amount', kind: 'decimal', label: { en: 'Amount', ru: 'Сумма' }, currency: 'currency' },
    {
      code: 'currency',
      kind: 'currency',
      label: { en: 'Currency', ru: 'Валюта' },
      settings: { default: 'base' },
      goesWith: 'amount',
    },
    {
      code: 'amountIsManual',
      goesWith: 'amount',
      kind: 'boolean',
      label: { en: 'Amount is manual', ru: 'Сумма задана вручную' },
      notNull: true,
      settings: { default: false },
    },
    {
      code: 'taxAmount',
      kind: 'decimal',
      label: { en: 'Tax', ru: 'Сумма налога' },
      sortable: false,
      goesWith: 'amount',
      currency: 'currency',
    },
  ],
  stages: [
    { code: 'pipelineId', kind: 'pipeline', label: { en: 'Pipeline', ru: 'Воронка' }, notNull: true },
    {
      code: 'stageId',
      kind: 'stage',
      label: { en: 'Stage', ru: 'Стадия' },
      notNull: true,
      goesWith: 'pipelineId',
    },
    { code: 'stageSemantic', kind: 'semantic', label: { en: 'State', ru: 'Состояние' }, ...stamp },
    {
      code: 'failureReason',
      kind: 'dictionary',
      label: { en: 'Reason of failure', ru: 'Причина провала' },
      settings: { dictionary: 'FAILURE_REASON' },
      goesWith: 'pipelineId',
    },
    { code: 'movedBy', kind: 'employee', label: { en: 'Moved by', ru: 'Кем перемещён' }, ...stamp },
    { code: 'movedAt', kind: 'datetime', label: { en: 'Moved', ru: 'Дата перемещения' }, ...stamp },
    { code: 'closedAt', kind: 'datetime', label: { en: 'Closed', ru: 'Дата закрытия' }, readOnly: true },
  ],
  number: [
    {
      code: 'number',
      kind: 'string',
      label: { en: 'Number', ru: 'Номер' },
      notNull: true,
      settings: { maxLength: 100 },
      searchable: true,
    },
  ],
  myCompany: [
    {
      code: 'myCompanyId',
      kind: 'record',
      indexed: true,
      label: { en: 'Own company', ru: 'Своя компания' },
      settings: { type: 'company', default: 'own' },
    },
  ],
  payment: [
    {
      code: 'issueDate',
      kind: 'date',
      label: { en: 'Date of issue', ru: 'Дата выставления' },
      settings: { default: 'now' },
    },
    { code: 'dueDate', kind: 'date', label: { en: 'Due date', ru: 'Срок оплаты' }, settings: { default: 'now+7' } },
    { code: 'paidAt', kind: 'datetime', label: { en: 'Paid', ru: 'Дата оплаты' } },
  ],
  dates: dateFields,
}

/** Returns the system fields of a type with all properties. */
export function fieldsOf(typeId: number, defined: readonly FieldDefinition[]): Field[] {
  return defined.map(({ trait: _, ...field }: CommonField, index) => ({
    multiple: false,
    required: false,
    notNull: false,
    readOnly: false,
    settings: {},
    filterable: true,
    sortable: true,
    searchable: false,
    ...field,
    searchReady: field.searchable ?? false,
    key: field.code,
    path: field.code,
    column: snake(field.code),
    help: null,
    group: null,
    sort: (index + 1) * 10,
    userFieldId: null,
    options: [],
    typeId,
    ...(field.settings?.type !== undefined && { linkedTable: field.settings.type }),
  }))
}
