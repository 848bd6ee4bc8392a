import { escapeLiteral } from 'pg'
import type { Api } from '../../api.ts'
import { currencies } from './choices.ts'
import type { Ground } from './ground.ts'
import type { Code, Entry, Life, Values } from './life.ts'
import type { Plan } from './plans.ts'
import type { World } from './world.ts'

const typeIds: Record<Code, number> = { lead: 1, deal: 2, contact: 3, company: 4, quote: 5, invoice: 6, delivery: 129 }
/** Returns the table of the records of a type. */
export const tableOf = (type: Code) => (type === 'delivery' ? `t_${typeIds.delivery}` : type)
const tables = [
  ...(Object.keys(typeIds) as Code[]).map(tableOf),
  ...['link', 'stage_history', 'history', 'currency_rate', 'sales_plan'],
]

/** The values that the tables of records have as columns, by type. */
const money = ['amount', 'currency'] as const
const stage = ['pipelineId', 'stageId', 'stageSemantic', 'failureReason', 'movedAt', 'movedBy', 'closedAt'] as const
const client = ['companyId'] as const
const fields: Record<Code, readonly (keyof Values)[]> = {
  company: ['title'],
  contact: [],
  lead: ['title', ...stage, ...client, ...money],
  deal: ['title', ...stage, ...client, ...money, 'closeDate'],
  quote: ['title', ...stage, ...client, ...money, 'number'],
  delivery: ['title', ...stage, ...client, ...money],
  invoice: ['title', ...stage, ...client, ...money, 'number', 'issueDate', 'dueDate', 'paidAt', 'dealId'],
}
/** The columns without a default that no value fills. */
const constant: Partial<Record<Code, object>> = {
  company: { is_my_company: false, currency: currencies[0] },
  contact: { participates_in_export: true },
  lead: { is_repeat: false },
  deal: { is_repeat: false },
}
const common = ['responsibleId', 'opened', 'comment', 'source'] as const
const times = new Set<string>(['movedAt', 'closedAt', 'paidAt'])

/**
 * Replaces the records and rates in the database by those of a world, as the server would have written them. The API
 * cannot set times in the past, so the rows are written by SQL. A test compares them with rows of the server.
 */
export async function loadWorld({ pool }: Pick<Api, 'pool'>, ground: Ground, world: World): Promise<void> {
  const rows: Record<string, object[]> = Object.fromEntries(tables.map((name) => [name, []]))
  for (const life of world.records) {
    rows[tableOf(life.type)]!.push(recordOf(life, ground))
    rows.link!.push(...linksOf(life))
    rows.stage_history!.push(...staysOf(life))
  }
  const entries = world.records.flatMap((life) => life.entries.map((entry) => ({ life, entry })))
  entries.sort((a, b) => a.entry.at - b.entry.at)
  rows.history!.push(...entries.map(({ life, entry }) => entryOf(life, entry, ground)))
  rows.currency_rate!.push(...world.rates)
  rows.sales_plan!.push(...world.plans.map((plan) => planOf(plan, ground)))
  const statements = [
    ...tables.map((name) => `delete from ${name}`),
    ...tables.flatMap((name) => insertion(name, rows[name]!)),
    "select keep_stages(id, table_name) from record_type where traits @> '{stages}'",
  ]
  await pool.query(`begin; ${statements.join('; ')}; commit`)
}

/** Frees the space of worlds that were replaced. */
export async function sweep({ pool }: Pick<Api, 'pool'>): Promise<void> {
  for (const name of tables) await pool.query(`vacuum ${name}`)
}

function insertion(table: string, rows: readonly object[]): string[] {
  if (!rows.length) return []
  const columns = Object.keys(rows[0]!).join()
  return [
    `insert into ${table} (${columns})
     select ${columns} from json_populate_recordset(null::${table}, ${escapeLiteral(JSON.stringify(rows))})`,
  ]
}

const instant = (time: number | null) => (time === null ? null : new Date(time).toISOString())
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function recordOf({ type, id, createdAt, createdBy, values, entries, deletedAt, mergedInto }: Life, ground: Ground) {
  const last = entries.at(-1)!
  // Who removes a record does not count as who changed it.
  const changed = entries.findLast(({ kind }) => kind !== 'deleted')!
  const stored = [...common, ...fields[type]].map((name) => [
    snake(name),
    times.has(name) ? instant(values[name] as number | null) : (values[name] ?? null),
  ])
  const { source, medium, campaign, content, term } = values.utm ?? {}
  return {
    ...{ id, version: entries.length, created_by: createdBy, created_at: instant(createdAt) },
    ...{ updated_by: changed.by, updated_at: instant(last.at), merged_into: mergedInto },
    ...{ deleted_at: instant(deletedAt), deleted_by: deletedAt === null ? null : last.by },
    ...{ utm_source: source, utm_medium: medium, utm_campaign: campaign, utm_content: content, utm_term: term },
    ...Object.fromEntries(stored),
    ...constant[type],
    ...(type === 'contact' && { first_name: values.title }),
    ...(type === 'deal' && { [ground.columns.tone]: values.tone, [ground.columns.secret]: values.secret }),
  }
}

function planOf({ month, ...plan }: Plan, { users: [by] }: Ground): object {
  const stored = Object.entries(plan).map(([name, value]) => [snake(name), value])
  const written = { version: 1, created_by: by, updated_by: by, created_at: instant(0), updated_at: instant(0) }
  return { ...Object.fromEntries(stored), ...written, month: `${month}-01`, type_id: typeIds.deal }
}

function linksOf({ type, id, values: { contacts = [] } }: Life): object[] {
  return contacts.map(({ id: to, primary }, sort) => ({
    ...{ relation: 'client', from_type: typeIds[type], from_id: id, to_type: typeIds.contact, to_id: to },
    ...{ sort, is_primary: primary, back_sort: 0, back_primary: false },
  }))
}

function staysOf({ type, id, stays }: Life): object[] {
  // The beginning of the stays in final stages of the same meaning.
  let closedAt: number | null = null
  return stays.map(({ enteredAt, leftAt, ...stay }, at) => {
    if (stay.semantic !== stays[at - 1]?.semantic) closedAt = stay.semantic === 'process' ? null : enteredAt
    return {
      ...{ type_id: typeIds[type], record_id: id, entered_at: instant(enteredAt), left_at: instant(leftAt) },
      closed_at: instant(closedAt),
      ...Object.fromEntries(Object.entries(stay).map(([name, value]) => [snake(name), value])),
    }
  })
}

function entryOf({ type, id }: Life, { at, by, via, version, kind, changes }: Entry, { columns }: Ground) {
  const stored = Object.entries(changes ?? {}).map(([name, [old, now]]) => {
    const shown = (value: unknown) => (times.has(name) ? instant(value as number | null) : value)
    return [columns[name as keyof Ground['columns']] ?? name, [shown(old), shown(now)]]
  })
  return {
    ...{ site: 'odd', at: instant(at), actor_id: by, via, type_id: typeIds[type], record_id: id, version, kind },
    changes: changes && Object.fromEntries(stored),
  }
}
