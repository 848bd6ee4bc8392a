import { createHash } from 'node:crypto'
import type pg from 'pg'

/** A user whose requests are measured. */
export interface Member {
  name: string
  key: string
}

const levels = ['own', 'department', 'subdepartments', 'opened', 'all'] as const
const operations = ['read', 'add', 'update', 'delete', 'export', 'import', 'automation', 'move']
/** Returns the hash of a key, as it is stored. */
export const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')

/** Ids of users with three of 1,000 roles each. */
export const rolesOfMany = Array.from({ length: 200 }, (_, n) => 20_100 + n)

/**
 * Creates a company of 200 users in 30 departments who are responsible for all deals, and a department of 10,000 people.
 * A fifth of the deals is open to everyone. There are 1,000 roles. Returns one user for each level, and users with many cells, groups and
 * colleagues.
 */
export async function foundOrganisation(pool: pg.Pool): Promise<Member[]> {
  const statements = [
    `insert into department (id, name, parent_id) select 100 + n, '{"en": "Region", "ru": "Регион"}', 1 from generate_series(1, 5) as n`,
    `insert into department (id, name, parent_id) select 200 + n, '{"en": "Team", "ru": "Команда"}', 101 + n % 5 from generate_series(1, 24) as n`,
    `insert into "user" (id, last_name) select 1000 + n, 'Seller ' || n from generate_series(1, 200) as n`,
    `insert into user_department select 1000 + n, case when n <= 5 then 100 + n else 201 + n % 24 end from generate_series(1, 200) as n`,
    `update deal set responsible_id = 1001 + (id / 2) % 200, opened = id % 5 = 0,
       observers = case when id % 1000 = 7 then array[1001 + (id / 1000) % 200] else '{}' end`,
    'vacuum full analyze deal',
    `insert into department (id, name, parent_id) values (300, '{"en": "Crowd", "ru": "Толпа"}', 1)`,
    `insert into "user" (id, last_name) select 20000 + n, 'Many ' || n from generate_series(1, 10000) as n`,
    `insert into user_department select 20000 + n, 300 from generate_series(1, 10000) as n`,
    `update deal set responsible_id = 20001 + id % 10000 where id % 40 = 3`,
    'analyze',
    `insert into pipeline (id, type_id, name, sort) select 1000 + n, 2, '{"en": "P", "ru": "P"}', 100 from generate_series(1, 49) as n`,
    `insert into stage (pipeline_id, code, name, semantic, color, sort) select id, 'S' || n, '{"en": "S", "ru": "S"}',
       case n when 9 then 'success' when 10 then 'failure' else 'process' end, '#000000', n
       from pipeline, generate_series(1, 10) as n where id > 1000`,
    `insert into role (id, name) select 2000 + n, '{"en": "R", "ru": "R"}' from generate_series(1, 1000) as n`,
    `insert into role_cell (role_id, type_id, levels) select role.id, type.id, '{"read": "own", "add": "own", "update": "own"}'
       from role, record_type as type where role.id > 2000`,
    `insert into role_member (role_id, user_id) select 2001 + (n * 7 + m * 331) % 1000, 20000 + n
       from generate_series(2, 10000) as n, generate_series(1, 3) as m`,
    `insert into user_group (id, name) select n, '{"en": "G", "ru": "G"}' from generate_series(1, 50) as n`,
  ]
  for (const statement of statements) await pool.query(statement)
  const role = async (cells: string) => {
    const { rows } = await pool.query<{ id: number }>(
      `insert into role (name) values ('{"en": "R", "ru": "R"}') returning id::int`,
    )
    await pool.query(`insert into role_cell (role_id, type_id, pipeline_id, stage_id, levels) ${cells}`, [rows[0]!.id])
    return rows[0]!.id
  }
  const all = (level: string) => `'${JSON.stringify(Object.fromEntries(operations.map((one) => [one, level])))}'::jsonb`
  const ofType = (level: string) => role(`select $1, 2, null::bigint, null, ${all(level)}`)
  const member = async (name: string, userId: number, roleId: number | null): Promise<Member> => {
    const key = `bench-${name.replaceAll(/\W/g, '-')}-0123456789`
    await pool.query(`insert into api_key (user_id, name, prefix, hash) values ($1, 'bench', 'bench', $2)`, [
      userId,
      hashOf(key),
    ])
    if (roleId !== null)
      await pool.query('insert into role_member (role_id, user_id) values ($1, $2)', [roleId, userId])
    return { name, key }
  }
  const members: Member[] = []
  for (const [index, level] of levels.entries()) {
    const userId = level === 'subdepartments' ? 1001 : 1100 + index
    members.push(await member(level, userId, await ofType(level)))
  }
  members.push(await member('department of 10,000', 20001, await ofType('department')))
  const cells = await role(
    `select $1, 2, pipeline_id, code, case row_number() over (order by id) % 4 when 0 then ${all('all')} when 1 then ${all('own')}
       when 2 then ${all('department')} else ${all('none')} end from stage
     where pipeline_id in (select id from pipeline where type_id = 2)`,
  )
  members.push(await member('500 cells', 1150, cells))
  for (let group = 1; group <= 50; group++) {
    const roleId = await ofType(group === 7 ? 'department' : 'own')
    await pool.query('insert into role_member (role_id, group_id) values ($1, $2)', [roleId, group])
    await pool.query('insert into user_group_member values ($1, 1160)', [group])
  }
  members.push(await member('50 groups', 1160, null))
  members.push(await member('few records', 1170, await ofType('department')))
  await pool.query(`insert into department (id, name, parent_id) values (400, '{"en": "New", "ru": "Новый"}', 1)`)
  await pool.query('delete from user_department where user_id = 1170')
  await pool.query('insert into user_department values (1170, 400)')
  await pool.query('update deal set responsible_id = 1001 where responsible_id = 1170 and id % 10000 <> 339')
  await pool.query('vacuum analyze')
  return members
}
