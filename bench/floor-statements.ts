import { floorColumns } from './floor-table.ts'

/** The columns that a client writes, in the order of the parameters of `create`. */
export const written = ['first_name', 'last_name', 'position', 'phone', 'mobile', 'email'] as const

const all = floorColumns.map(({ name }) => name).join(', ')
// The row rule: the user of the key, which is the first parameter of every statement, sees open and own contacts.
const rule = '(opened or responsible_id = $1)'
const read = `select ${all} from floor_contact where ${rule}`
const newest = 'order by created_at desc, id desc'
const insert = `insert into floor_contact (responsible_id, ${written.join(', ')})`

/** The statements of the floor. Limits are literals: with a parameter the planner does not know how few rows it reads. */
export const statements = {
  get: `${read} and id = $2`,
  mine: `${read} and responsible_id = $2 ${newest} limit 50`,
  first: `${read} ${newest} limit 10`,
  after: `${read} and (created_at, id) < ($2, $3) ${newest} limit 10`,
  // `id + 0` keeps the planner from walking through the whole table in the order of ids.
  contains: `${read} and lower(last_name) like $2 order by id + 0 limit 50`,
  phone: `${read} and phone = $2 order by id limit 50`,
  count: `select count(*)::int as count from floor_contact where ${rule} and responsible_id = $2`,
  change: `update floor_contact set position = $3, updated_at = now(), version = version + 1
    where ${rule} and id = $2 returning ${all}`,
  create: `${insert} values ($1, ${written.map((_, at) => `$${at + 2}`).join(', ')}) returning ${all}`,
  batch: `${insert} select $1, ${written.join(', ')}
    from json_to_recordset($2) as given (${written.map((name) => `${name} text`).join(', ')}) returning ${all}`,
}

/** Counts the deals by stage and adds up their amounts. It reads the table of Kartoteka, without a row rule. */
export const sumsText = `select stage_id, currency, count(*)::int as count, sum(amount)::text as amount from deal
  where deleted_at is null and merged_into is null group by 1, 2`

/** Reads a file of these columns. */
export const importText = (columns: readonly string[]) =>
  `copy floor_contact (${columns}) from stdin (format csv, delimiter ';', header true)`

/** Writes all contacts that a user sees as CSV. COPY takes no parameters. */
export const exportText = (user: number) =>
  `copy (${read.replace('$1', String(user))} order by id desc) to stdout (format csv, header true)`
