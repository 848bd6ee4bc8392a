import type pg from 'pg'
import { hashOf, type Member } from './organisation.ts'
import { fillTables } from './rows.ts'

// Three years of sales: deals that move through stages, with their history, clients, invoices, and leads.

const days = 1096
/** The most stages that a deal goes through; the least is 3. */
const mostMoves = 9
/** How many of a hundred deals get closed. The others stay open. */
const closing = 83

/** Returns SQL of a number below `below` that depends on row `i` only. Numbers with different salts are independent. */
const pick = (salt: number, below: number | string) => `(hashint8extended(i, ${salt}) & 9223372036854775807) % ${below}`
const oneOf = (salt: number, words: readonly string[]) =>
  `(array[${words.map((word) => `'${word}'`)}])[(1 + ${pick(salt, words.length)})::int]`

const processStages = ['NEW', 'PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE']
const reasons = ['PRICE', 'COMPETITOR', 'NO_BUDGET', 'NO_NEED', 'NO_RESPONSE', 'LATER', 'OTHER']
const sources = ['CALL', 'EMAIL', 'WEB', 'ADVERTISING', 'PARTNER', 'RECOMMENDATION', 'TRADE_SHOW', 'OTHER']
const industries = ['IT', 'TELECOM', 'MANUFACTURING', 'BANKING', 'CONSULTING', 'TRADE', 'OTHER']
const currencies = [...Array<string>(7).fill('RUB'), 'USD', 'USD', 'EUR']
const rates = { USD: 90, EUR: 100, CNY: 12, KZT: 0.2, BYN: 28, GBP: 115 }

const sellers = 8
const [firstSeller, firstTeam] = [1001, 101]
const secondPipeline = 1001
const pipeline = (typeId: number) => `(select id from pipeline where type_id = ${typeId} and is_default)`

const second = `interval '1 second'`
/** The stage in which deal `d` is after its move `s`. */
const stageAt = (s: string) => `case when d.closed and ${s} = d.reached then d.final
  else (array[${processStages.map((one) => `'${one}'`)}])[(case when ${s} <= ${processStages.length} then ${s} else 4 + ${s} % 2 end)::int] end`
const semanticOf = (stage: string) =>
  `case ${stage} when 'WON' then 'success' when 'LOSE' then 'failure' when 'APOLOGY' then 'failure' else 'process' end`
const enteredAt = (s: string) => `d.created_at + (${s} - 1) * d.step * ${second}`

const utm = `case when ${pick(11, 2)} = 0 then ${oneOf(12, ['google', 'yandex', 'vk'])} end,
  case when ${pick(11, 2)} = 0 then ${oneOf(13, ['cpc', 'organic', 'social'])} end,
  case when ${pick(11, 2)} = 0 then 'campaign ' || ${pick(14, 20)} end`
const recordColumns =
  'id, responsible_id, created_by, created_at, updated_by, updated_at, opened, source, utm_source, utm_medium, utm_campaign'

/** Returns statements that decide what happens to each deal, and insert companies, deals and their stages. */
function deals(n: number, clients: number, now: string): string[] {
  return [
    `create unlogged table bench_deal as select d.*, closing and reached = moves as closed,
       ${oneOf(2, ['WON', 'WON', 'WON', 'LOSE', 'LOSE', 'LOSE', 'LOSE', 'APOLOGY'])} as final from (
       select *, least(moves, 1 + floor(extract(epoch from '${now}'::timestamptz - created_at) / step)::bigint) as reached from (
         select i::bigint, 2 * i::bigint - 1 as id, '${now}'::timestamptz - interval '${days} days' * (1 - (i - 1)::float8 / ${n}) as created_at,
           3 + ${pick(3, mostMoves - 2)} as moves, 3600 + ${pick(4, 864_000)} as step, ${pick(5, 100)} < ${closing} as closing,
           ${firstSeller} + ${pick(6, sellers)} as seller, 100 * (1 + ${pick(7, 20_000)}) + 0.5 as amount,
           ${oneOf(8, currencies)} as currency, 2 * (${pick(9, clients)}) + 1 as company_id
         from generate_series(1, ${n}) as i) as begun) as d`,
    `insert into company (${recordColumns}, title, industry, is_my_company)
     select 2 * i - 1, ${firstSeller} + ${pick(6, sellers)}, 1, '${now}'::timestamptz - interval '${days} days', 1, '${now}', true,
       ${oneOf(10, sources)}, ${utm}, 'Company ' || i, ${oneOf(15, industries)}, false from generate_series(1, ${clients}) as i`,
    `insert into deal (${recordColumns}, version, title, pipeline_id, stage_id, stage_semantic, failure_reason, moved_by, moved_at,
       closed_at, company_id, amount, currency, is_repeat, begin_date, close_date)
     select id, seller, seller, created_at, seller, ${enteredAt('reached')}, true, ${oneOf(10, sources)}, ${utm}, reached, 'Deal ' || i,
       case when ${pick(16, 5)} = 0 then ${secondPipeline} else ${pipeline(2)} end, ${stageAt('reached')},
       ${semanticOf(stageAt('reached'))}, case when closed and final <> 'WON' then ${oneOf(17, reasons)} end, seller, ${enteredAt('reached')},
       case when closed then ${enteredAt('reached')} end, company_id, amount, currency, ${pick(18, 3)} = 0,
       created_at::date, created_at::date + (20 + ${pick(19, 70)})::int
     from bench_deal as d order by i`,
    `insert into stage_history (type_id, record_id, kind, pipeline_id, stage_id, semantic, amount, currency, entered_at, entered_by,
       closed_at, responsible_id, left_at, left_by, left_amount, left_currency)
     select 2, id, case when s = 1 then 'created' when closed and s = reached then 'closed' else 'moved' end,
       case when ${pick(16, 5)} = 0 then ${secondPipeline} else ${pipeline(2)} end, ${stageAt('s')}, ${semanticOf(stageAt('s'))}, amount,
       currency, ${enteredAt('s')} as entered, seller, case when closed and s = reached then ${enteredAt('s')} end, seller, case when s < reached then ${enteredAt('(s + 1)')} end,
       case when s < reached then seller end, case when s < reached then amount end, case when s < reached then currency end
     from bench_deal as d, generate_series(1, reached) as s order by entered`,
    `insert into history (site, at, actor_id, via, type_id, record_id, version, kind, changes)
     select 'odd', ${enteredAt('s')} as entered, seller, case when ${pick(20, 10)} = 0 then 'import' else 'api' end, 2, id, s,
       case when s = 1 then 'created' else 'changed' end,
       case when s > 1 then jsonb_build_object('stageId', jsonb_build_array(${stageAt('(s - 1)')}, ${stageAt('s')})) end
     from bench_deal as d, generate_series(1, reached) as s order by entered`,
  ]
}

const isPaid = `closed and final = 'WON' and paid < now`
const invoiceStage = `case when ${isPaid} then 'P' when closed and final <> 'WON' then 'D' else 'S' end`
const invoiceEnd = `case when ${isPaid} then paid when closed and final <> 'WON' then ended end`

/** Returns statements that insert an invoice for every fourth deal that got far enough. */
function invoices(now: string): string[] {
  return [
    `create unlogged table bench_invoice as select d.*, '${now}'::timestamptz as now, ${enteredAt('3')} as issued,
       ${enteredAt('reached')} as ended, ${enteredAt('3')} + ${pick(21, 60 * 86_400)} * ${second} as paid
     from bench_deal as d where i % 4 = 0 and reached >= 3`,
    `insert into invoice (${recordColumns}, title, number, pipeline_id, stage_id, stage_semantic, moved_by, moved_at, closed_at, company_id,
       amount, currency, issue_date, due_date, paid_at, deal_id)
     select id, seller, seller, issued, seller, coalesce(${invoiceEnd}, issued), true, ${oneOf(10, sources)}, ${utm}, 'Invoice ' || i,
       i::text, ${pipeline(6)}, ${invoiceStage}, case ${invoiceStage} when 'P' then 'success' when 'D' then 'failure' else 'process' end,
       seller, coalesce(${invoiceEnd}, issued), ${invoiceEnd}, company_id, amount, currency, issued::date, issued::date + 14,
       case when ${isPaid} then paid end, id
     from bench_invoice as d order by i`,
    `insert into stage_history (type_id, record_id, kind, pipeline_id, stage_id, semantic, amount, currency, entered_at, entered_by,
       closed_at, responsible_id, left_at, left_by)
     select 6, id, 'created', ${pipeline(6)}, 'S', 'process', amount, currency, issued, seller, null, seller, ${invoiceEnd},
       case when ${invoiceStage} <> 'S' then seller end from bench_invoice as d
     union all select 6, id, 'closed', ${pipeline(6)}, ${invoiceStage},
       case ${invoiceStage} when 'P' then 'success' else 'failure' end, amount, currency, ${invoiceEnd}, seller, ${invoiceEnd}, seller, null, null
     from bench_invoice as d where ${invoiceStage} <> 'S' order by 9`,
  ]
}

/** Returns statements that insert leads: 30 of a hundred were converted, 40 are junk. */
function leads(n: number, now: string): string[] {
  const stage = `case when not done then 'NEW' when ${pick(31, 10)} < 3 then 'CONVERTED' when ${pick(31, 10)} < 7 then 'JUNK' else 'IN_PROCESS' end`
  const semantic = `case ${stage} when 'CONVERTED' then 'success' when 'JUNK' then 'failure' else 'process' end`
  const rows = `(select *, moved < '${now}' as done from (select i, created, created + (3600 + ${pick(32, 20 * 86_400)}) * ${second} as moved,
      ${firstSeller} + ${pick(33, sellers)} as seller from (
        select i::bigint, '${now}'::timestamptz - interval '${days} days' * (1 - (i - 1)::float8 / ${n}) as created
        from generate_series(1, ${n}) as i) as begun) as placed) as d`
  return [
    `insert into lead (${recordColumns}, title, pipeline_id, stage_id, stage_semantic, moved_by, moved_at, closed_at, is_repeat)
     select 2 * i - 1, seller, seller, created, seller, case when done then moved else created end, true, ${oneOf(34, sources)}, ${utm},
       'Lead ' || i, ${pipeline(1)}, ${stage}, ${semantic}, seller, case when done then moved else created end,
       case when ${semantic} <> 'process' then moved end, false from ${rows} order by i`,
    `insert into stage_history (type_id, record_id, kind, pipeline_id, stage_id, semantic, entered_at, entered_by, closed_at, responsible_id, left_at, left_by)
     select 1, 2 * i - 1, 'created', ${pipeline(1)}, 'NEW', 'process', created, seller, null, seller, case when done then moved end,
       case when done then seller end from ${rows}
     union all select 1, 2 * i - 1, case when ${semantic} = 'process' then 'moved' else 'closed' end, ${pipeline(1)}, ${stage}, ${semantic},
       moved, seller, case when ${semantic} <> 'process' then moved end, seller, null, null from ${rows} where done order by 7`,
    `insert into history (site, at, actor_id, via, type_id, record_id, version, kind)
     select 'odd', created, seller, 'api', 1, 2 * i - 1, 1, 'created' from ${rows}`,
  ]
}

/** The sellers in two teams, a second pipeline, rates for every day, and the sales plans of three years. */
function surroundings(now: string): string[] {
  const day = `'${now}'::date - ${days + 40} + n`
  return [
    `insert into department (id, name, parent_id) values (100, '{"en": "Sales", "ru": "Продажи"}', 1),
       (${firstTeam}, '{"en": "First", "ru": "Первая"}', 100), (${firstTeam + 1}, '{"en": "Second", "ru": "Вторая"}', 100)`,
    `insert into "user" (id, last_name) select ${firstSeller} + n, 'Seller ' || n from generate_series(0, ${sellers - 1}) as n`,
    `insert into user_department select ${firstSeller} + n, ${firstTeam} + n % 2 from generate_series(0, ${sellers - 1}) as n`,
    `update department set head_id = ${firstSeller} + id - ${firstTeam} where id > 100`,
    `insert into pipeline (id, type_id, name, sort) values (${secondPipeline}, 2, '{"en": "Retail", "ru": "Розница"}', 20)`,
    `insert into stage (pipeline_id, code, name, semantic, color, sort)
     select ${secondPipeline}, code, name, semantic, color, sort from stage where pipeline_id = ${pipeline(2)}`,
    ...Object.entries(rates).map(
      ([code, rate]) =>
        `insert into currency_rate (currency, date, amount, nominal)
         select '${code}', ${day}, round((${rate} * (1 + 0.2 * sin(n / 90.0)))::numeric, 4), 1 from generate_series(0, ${days + 60}) as n`,
    ),
    `insert into sales_plan (month, type_id, department_id, user_id, amount, currency, created_by, updated_by)
     select date_trunc('month', '${now}'::date)::date - make_interval(months => n), 2, department, seller, 10000000, 'RUB', 1, 1
     from generate_series(0, 36) as n, (select null::bigint as department, null::bigint as seller
       union all select id, null from department where id > 100 union all select null, ${firstSeller} + one from generate_series(0, ${sellers - 1}) as one) as scope`,
  ]
}

const tables = ['company', 'deal', 'invoice', 'lead', 'history', 'stage_history']

/** Loads the rows: `n` deals, a quarter as many clients and invoices, a fifth as many leads. */
export async function loadSales(pool: pg.Pool, n: number): Promise<void> {
  const now = new Date().toISOString()
  const [clients, many] = [Math.ceil(n / 4), Math.ceil(n / 5)]
  for (const statement of surroundings(now)) await pool.query(statement)
  const sequences = ['company', 'deal', 'invoice', 'lead'].map(
    (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), ${2 * n + 1})`,
  )
  const statements = [...deals(n, clients, now), ...invoices(now), ...leads(many, now), ...sequences]
  const kept = ['deal', 'invoice', 'lead'].flatMap((table) => [
    `select keep_stages(id, table_name) from record_type where table_name = '${table}'`,
    `vacuum full ${table}`,
  ])
  await fillTables(pool, tables, [...statements, ...kept, 'drop table bench_deal, bench_invoice'])
}

/** Creates a user who may read the records of a department with half of the sellers. */
export async function addReader(pool: pg.Pool): Promise<Member> {
  const key = 'bench-reader-of-a-department-0123456789'
  const statements = [
    `insert into role (id, name) values (2001, '{"en": "R", "ru": "R"}')`,
    `insert into role_cell (role_id, type_id, levels) select 2001, id, '{"read": "department"}' from record_type`,
    `insert into role_member (role_id, user_id) values (2001, ${firstSeller})`,
    `insert into api_key (user_id, name, prefix, hash) values (${firstSeller}, 'bench', 'bench', '${hashOf(key)}')`,
  ]
  for (const statement of statements) await pool.query(statement)
  return { name: 'reader of a department', key }
}
