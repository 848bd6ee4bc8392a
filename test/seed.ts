import { type SqlBool, sql } from 'kysely'
import type { Caller } from '../src/people/caller.ts'
import type { Limits, LimitsOf } from '../src/rights/limits.ts'
import { type RowRule, ruleToSql } from '../src/rights/rule.ts'
import { type Api, aUser } from './api.ts'

/** A record as the API returns it. */
export interface Saved {
  id: number
  version: number
  createdAt: string
  updatedAt: string
  [field: string]: unknown
}

type Fields = Record<string, unknown>

/** Creates a record through the API and returns it. */
export async function aRecord(api: Pick<Api, 'call'>, plural: string, fields: Fields = {}): Promise<Saved> {
  const { status, body } = await api.call('post', `/v1/${plural}`, fields)
  if (status !== 201) throw new Error(`${plural}: ${status} ${JSON.stringify(body)}`)
  return body
}

export const aContact = (api: Pick<Api, 'call'>, fields: Fields = {}) =>
  aRecord(api, 'contacts', { firstName: 'Ivan', ...fields })
export const aCompany = (api: Pick<Api, 'call'>, fields: Fields = {}) =>
  aRecord(api, 'companies', { title: 'Vector', ...fields })
export const aDeal = (api: Pick<Api, 'call'>, fields: Fields = {}) => aRecord(api, 'deals', fields)
export const aQuote = (api: Pick<Api, 'call'>, fields: Fields = {}) => aRecord(api, 'quotes', fields)
export const anInvoice = (api: Pick<Api, 'call'>, fields: Fields = {}) => aRecord(api, 'invoices', fields)
export const aLead = (api: Pick<Api, 'call'>, fields: Fields = {}) => aRecord(api, 'leads', fields)

/** Reads a record through the API. */
export async function read(api: Pick<Api, 'call'>, path: string): Promise<Saved> {
  const { status, body } = await api.call('get', `/v1/${path}`)
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
  return body
}

/** Creates a user field in SQL. Its columns follow its row. */
export async function aUserField(
  { pool }: Pick<Api, 'pool'>,
  field: {
    typeId: number
    code: string
    kind: string
    multiple?: boolean
    columns: Record<string, string>
  },
): Promise<number> {
  const { rows } = await pool.query(`select nextval(pg_get_serial_sequence('user_field', 'id'))::int as id`)
  const { id } = rows[0]
  const columns = Object.entries(field.columns).map(([suffix, type]) => ({ name: `f_${id}${suffix}`, type }))
  await pool.query(
    `insert into user_field (id, type_id, code, kind, multiple, label, columns) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ...[id, field.typeId, field.code, field.kind, field.multiple ?? false],
      ...[JSON.stringify({ en: field.code, ru: field.code }), JSON.stringify(columns)],
    ],
  )
  return id
}

/** The rule that allows a user's own records, without those that the user observes. */
export const own = ({ userId }: Caller): RowRule => ruleToSql('own', { userId, isReading: false })

/** Returns the rule that allows the records with this value in a column. */
export const having = (column: string, value: string, compared = sql`=`): RowRule => ({
  condition: sql<SqlBool>`${sql.ref(`record.${column}`)} ${compared} ${value}`,
  ways: null,
})

/** Returns the rule that allows the records with another value in a column. */
export const without = (column: string, value: string) => having(column, value, sql`is distinct from`)

const hiddenFields = ['comment', 'utm']

/** Callers for whom records behave the same, except for hidden fields. */
export const callers: { name: string; isLimited: boolean; hidden: readonly string[] }[] = [
  { name: 'an administrator', isLimited: false, hidden: [] },
  { name: 'a caller limited to own records and some fields', isLimited: true, hidden: hiddenFields },
]

/** Returns the limits of a caller. */
export type LimitsFor = (caller: Caller) => Limits

/** Limits for callers, by last name. */
export const limitsByName: Record<string, LimitsFor> = {
  Limited: (caller) => {
    const mine = own(caller)
    return { rows: { read: mine, add: mine, update: mine, delete: mine, move: mine }, hidden: hiddenFields }
  },
}
export const limitsFor: LimitsFor = (caller) => limitsByName[caller.lastName ?? '']?.(caller) ?? {}
export const limitsOf: LimitsOf = (caller) => limitsFor(caller)

/** Returns the server as another caller sees it. It must be started with `limitsOf`. */
export async function asCaller(api: Api, lastName: string): Promise<Api> {
  const { userId, key } = await aUser(api.db, { isAdmin: true, lastName })
  return { ...api, userId, key, call: api.as(key) }
}

/** Returns a body without the fields that the caller does not see. */
export function seen<T extends object>(body: T, hidden: readonly string[]): T {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !hidden.includes(name))) as T
}

const everyRecord = (userId: number) => ({
  version: 1,
  comment: null,
  responsibleId: userId,
  opened: true,
  observers: [],
  source: null,
  sourceDescription: null,
  utm: null,
  externalIds: [],
  createdBy: userId,
  updatedBy: userId,
  lastActivityAt: null,
  userFields: {},
})
/** An address without values. */
export const noAddress = {
  ...{ lines: null, city: null, district: null, region: null, postalCode: null, country: null },
  ...{ latitude: null, longitude: null },
}

const reachable = { phones: [], emails: [], websites: [], messengers: [], address: null }
const staged = (userId: number) => ({
  stageId: 'NEW',
  stageSemantic: 'process',
  failureReason: null,
  movedBy: userId,
  closedAt: null,
})
const person = {
  honorific: null,
  firstName: null,
  middleName: null,
  lastName: null,
  birthDate: null,
  position: null,
}
const client = { companyId: null, contacts: [] }
const money = { amount: null, currency: 'RUB', amountIsManual: false, taxAmount: null }

/** Defaults of a new record. Ids, times, names and pipelines are added separately. */
export const defaults = {
  contacts: (userId: number) => ({
    ...everyRecord(userId),
    ...reachable,
    ...person,
    companies: [],
    photo: null,
    contactType: null,
    participatesInExport: true,
  }),
  companies: (userId: number) => ({
    ...everyRecord(userId),
    ...reachable,
    contacts: [],
    logo: null,
    companyType: null,
    industry: null,
    employees: null,
    annualRevenue: null,
    currency: 'RUB',
    isMyCompany: false,
  }),
  leads: (userId: number) => ({
    ...everyRecord(userId),
    ...reachable,
    ...person,
    ...staged(userId),
    ...client,
    ...money,
    companyTitle: null,
    isRepeat: false,
  }),
  deals: (userId: number) => ({
    ...everyRecord(userId),
    ...staged(userId),
    ...client,
    ...money,
    amount: '0',
    dealType: null,
    probability: null,
    leadId: null,
    quoteId: null,
    isRepeat: false,
  }),
  quotes: (userId: number) => ({
    ...everyRecord(userId),
    ...staged(userId),
    ...client,
    ...money,
    stageId: 'DRAFT',
    myCompanyId: null,
    content: null,
    terms: null,
    dealId: null,
    leadId: null,
  }),
  invoices: (userId: number) => ({
    ...everyRecord(userId),
    ...staged(userId),
    ...client,
    ...money,
    stageId: 'N',
    myCompanyId: null,
    paidAt: null,
    dealId: null,
    quoteId: null,
  }),
}
