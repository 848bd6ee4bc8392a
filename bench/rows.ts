import type pg from 'pg'

/** The user who is responsible for 60 % of all records: the administrator who sends the requests. */
export const busyUser = 1
const users = 20

/** Returns SQL for a pseudo-random number below `below` for row `i`. It is the same in every run. */
const pick = (salt: number, below: number) => `(((i * 2654435761 + ${salt} * 40503) % 4294967291) % ${below})::int`
const oneOf = (salt: number, words: readonly string[]) =>
  `(array[${words.map((word) => `'${word}'`)}])[1 + ${pick(salt, words.length)}]`

const starts = ['Ива', 'Пет', 'Сид', 'Куз', 'Смир', 'Орл', 'Соко', 'Вол', 'Зай', 'Бел', 'Черн', 'Мор', 'Нови', 'Степ']
const middles = ['но', 'ро', 'ле', 'ка', 'ми', 'ду', 'ва', 'зо', 'бе', 'ри', 'шу', 'то', 'ге', 'фа', 'лу', 'ня']
const ends = ['ов', 'ев', 'ин', 'ский', 'енко', 'ук', 'ко', 'ман', 'дзе', 'ян']
const firstNames = ['Иван', 'Анна', 'Олег', 'Мария', 'Пётр', 'Ольга', 'Сергей', 'Елена', 'Ivan', 'Anna', 'Peter']
const positions = ['директор', 'бухгалтер', 'менеджер', 'инженер', 'секретарь', 'юрист', 'закупщик', 'технолог']
const cities = ['Омск', 'Казань', 'Москва', 'Тверь', 'Пермь', 'Самара', 'Тула', 'Уфа']

const responsible = `case when ${pick(1, 100)} < 60 then ${busyUser} else 1 + 2 * ${pick(2, users)} end`
const createdAt = `timestamptz '2024-01-01' + ${pick(3, 60_000_000)} * interval '1 second'`
const common = `${responsible}, 1, ${createdAt}, 1, ${createdAt}, true, '{}', ${oneOf(4, ['CALL', 'WEB', 'EMAIL', 'STORE'])}`
const commonColumns = 'id, responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, source'
const lastName = `${oneOf(5, starts)} || ${oneOf(6, middles)} || ${oneOf(7, middles)} || ${oneOf(8, ends)}`

/** A phone and an e-mail for row `i`: SQL of the id, the value and the normalised value. */
const phone = {
  id: '4 * i - 3',
  value: `'8 (495) ' || lpad(i::text, 7, '0')`,
  normalized: `'+7495' || lpad(i::text, 7, '0')`,
}
const email = { id: '4 * i - 1', value: `'p' || i || '@vector.example'`, normalized: `'p' || i || '@vector.example'` }
const asColumn = ({ id, value, normalized }: typeof phone) =>
  `format('[{"id":%s,"kind":"work","value":"%s","normalized":"%s"}]', ${id}, ${value}, ${normalized})::json`
const asRow = (field: string, { id, value, normalized }: typeof phone) =>
  `insert into communication (id, type_id, record_id, field, kind, value, normalized, sort)
   select ${id}, 3, 2 * i - 1, '${field}', 'work', ${value}, ${normalized}, 0`

/** The stages of the deals: those of the default pipeline, and two more. */
const stages = ['NEW', 'PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE', 'WON', 'LOSE', 'APOLOGY']
const moreStages = ['DELIVERY', 'RETURN']
const stage = oneOf(13, [...stages, ...moreStages])
const semantic = `case ${stage} when 'WON' then 'success' when 'LOSE' then 'failure' when 'APOLOGY' then 'failure' else 'process' end`
const pipeline = '(select id from pipeline where type_id = 2)'

/** Returns statements that insert `n` contacts, companies and deals, with phones, links and history. */
function fillings(n: number, field: string): string[] {
  const from = `from generate_series(1, ${n}) as i`
  const history = (type: number, table: string) =>
    `insert into history (site, at, actor_id, via, type_id, record_id, version, kind)
     select 'odd', created_at, created_by, 'api', ${type}, id, 1, 'created' from ${table}`
  return [
    ...moreStages.map(
      (code) =>
        `insert into stage (pipeline_id, code, name, semantic, color, sort)
         values (${pipeline}, '${code}', '{"en": "${code}", "ru": "${code}"}', 'process', '#39A8EF', 55)`,
    ),
    `insert into company (${commonColumns}, title, company_type, industry, is_my_company, address_city)
     select 2 * i - 1, ${common}, 'ООО «' || ${lastName} || '» ' || i, 'CUSTOMER', 'IT', false, ${oneOf(9, cities)} ${from}`,
    `insert into contact (${commonColumns}, first_name, last_name, position, ${field}, contact_type, participates_in_export, address_city, phones,
       emails)
     select 2 * i - 1, ${common}, ${oneOf(10, firstNames)}, ${lastName}, ${oneOf(11, positions)} || ' ' || ${pick(12, 500)},
       ${oneOf(11, positions)} || ' ' || ${pick(12, 500)}, 'CLIENT', true, ${oneOf(9, cities)}, ${asColumn(phone)},
       ${asColumn(email)} ${from}`,
    `insert into deal (${commonColumns}, title, pipeline_id, stage_id, stage_semantic, moved_by, moved_at, company_id, amount,
       currency, amount_is_manual, is_repeat)
     select 2 * i - 1, ${common}, 'Сделка ' || ${lastName}, ${pipeline}, ${stage}, ${semantic}, 1, ${createdAt}, 2 * i - 1,
       ${pick(14, 1_000_000)} + 0.5, ${oneOf(15, ['RUB', 'RUB', 'RUB', 'USD'])}, false, false ${from}`,
    `${asRow('phones', phone)} ${from}`,
    `${asRow('emails', email)} ${from}`,
    `insert into link (relation, from_type, from_id, to_type, to_id, is_primary, back_primary)
     select 'contact-company', 3, 2 * i - 1, 4, 2 * i - 1, true, true ${from}`,
    `insert into link (relation, from_type, from_id, to_type, to_id, is_primary, back_primary)
     select 'client', 2, 2 * i - 1, 3, 2 * i - 1, true, true ${from}`,
    history(3, 'contact'),
    history(4, 'company'),
    history(2, 'deal'),
    `insert into stage_history (type_id, record_id, kind, pipeline_id, stage_id, semantic, entered_at, entered_by,
       responsible_id)
     select 2, id, 'created', pipeline_id, stage_id, stage_semantic, created_at, created_by, responsible_id from deal`,
    ...['contact', 'company', 'deal'].map(
      (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), ${2 * n - 1})`,
    ),
    `select setval(pg_get_serial_sequence('communication', 'id'), ${4 * n - 1})`,
  ]
}

const tables = ['company', 'contact', 'deal', 'communication', 'link', 'history', 'stage_history']

/** Loads the rows. */
export async function loadRows(pool: pg.Pool, n: number, field: string): Promise<void> {
  await pool.query(`insert into "user" (first_name, last_name) select 'User', n from generate_series(1, ${users}) as n`)
  await fillTables(pool, tables, fillings(n, field))
}

/** Runs statements that fill tables. Drops the indexes first and creates them afterwards, which takes a fraction of the time. */
export async function fillTables(
  pool: pg.Pool,
  tables: readonly string[],
  statements: readonly string[],
): Promise<void> {
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  for (const { name } of indexes) await pool.query(`drop index ${name}`)
  for (const statement of statements) await pool.query(statement)
  for (const { definition } of indexes) await pool.query(definition)
  await pool.query('vacuum analyze')
}
