import { sql } from 'kysely'
import { say } from '../../errors/code-text.ts'
import type { Semantic } from '../../fields/lookups.ts'
import { mostOperands } from '../../fields/operands.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import { targetsFor } from '../../records/query/relations.ts'
import type { Bucket } from '../query/buckets.ts'
import type { Group, ResolvedQuery } from '../query/resolved.ts'
import type { GroupChoice } from './definition.ts'
import type { Asked } from './read-asking.ts'

const department = say('Department', 'Отдел')

/** Returns the condition that a field has one of these values. A list of values has a limit. */
export function isOneOf(field: string, values: readonly (number | string)[]): Filter {
  const lists = Array.from({ length: Math.ceil(values.length / mostOperands) || 1 }, (_, at) =>
    values.slice(at * mostOperands, (at + 1) * mostOperands),
  )
  const parts = lists.map((value): Filter => ({ field, op: selects.values, value }))
  return parts.length > 1 ? { or: parts } : parts[0]!
}

const isOf = (users: readonly number[]) => isOneOf('responsibleId', users)

/** Returns a group by the departments of the responsible. Who is in several counts in each of them. */
function departmentGroup({ grant }: ResolvedQuery, { departments }: Asked): Omit<Group, 'key'> {
  const byId = new Map(departments.map((one) => [one.id, one]))
  const bucket: Bucket = {
    ...{ scales: [], label: department, pgType: 'bigint', isTimeline: false, read: Number },
    key: (value) => value,
    condition: (_, key) => isOf(byId.get(Number(key))!.members),
    empty: { not: isOf([...new Set(departments.flatMap(({ members }) => members))]) },
    words: (key, language) => byId.get(Number(key))!.name[language],
  }
  const value = sql`array(select m.department_id from user_department as m
    where m.user_id = record.responsible_id and m.department_id = any(${[...byId.keys()]}::bigint[]))`
  return {
    ...{ label: department, bucket, top: null, other: false, source: { value, isList: true } },
    target: targetsFor(grant).get('responsibleId')!,
  }
}

/** The groups that reports about records with stages share. */
export const commonGroups = {
  responsible: { label: say('Responsible', 'Ответственный'), group: { field: 'responsibleId' } },
  department: { label: department, groupOf: departmentGroup },
  pipeline: { label: say('Pipeline', 'Воронка'), group: { field: 'pipelineId' } },
  source: { label: say('Source', 'Источник'), group: { field: 'source' } },
} satisfies Record<string, GroupChoice>

/** Returns the condition that the present stage of a record has this meaning. */
export function isNow(semantic: Semantic): Filter {
  return { field: 'stageSemantic', op: selects.value, value: semantic }
}
