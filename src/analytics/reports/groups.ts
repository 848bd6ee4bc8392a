import { sql } from 'kysely'
import { say } from '../../errors/code-text.ts'
import { invalid } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import type { Field } from '../../fields/field.ts'
import { primaryId } from '../../fields/kinds/link-kinds.ts'
import { liveId } from '../../fields/kinds/record-kind.ts'
import type { Semantic } from '../../fields/lookups.ts'
import { mostOperands } from '../../fields/operands.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import { noNames } from '../../records/list/values-in-words.ts'
import { targetsFor } from '../../records/query/relations.ts'
import { clientFields } from '../../reporting-period/clients.ts'
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

type Client = { type: string; id: number }

/**
 * Returns a group by client: the company of a record, or without one its primary contact. Throws a fault if the caller
 * does not see these fields.
 */
export function clientGroup({ grant }: ResolvedQuery): Omit<Group, 'key'> {
  const unseen = clientFields.filter((path) => !grant.readable.has(path))
  if (unseen.length) {
    const at = { pointer: '/groupBy/0/field' }
    throw invalid(unseen.map((path) => unknownNameFault(at, 'unknown_field', path, undefined)))
  }
  const [company, contacts] = clientFields.map((path) => grant.readable.get(path)!) as [Field, Field]
  const types = [company, contacts].map(({ settings }) => settings.type ?? '')
  // An even number for a company and an odd one for a contact.
  const value = sql`coalesce(${liveId(company)} * 2, ${primaryId(contacts)} * 2 + 1)`
  const label = say('Client', 'Клиент')
  const bucket: Bucket = {
    ...{ scales: [], label, pgType: 'bigint', isTimeline: false },
    key: (one) => one,
    read: (text) => ({ type: types[Number(text) % 2]!, id: Math.floor(Number(text) / 2) }),
    condition: (_, key) => isClient(key as Client, types),
    empty: { and: clientFields.map((field) => isEmpty(field)) },
    words(key, _language, _zone, { recordName } = noNames) {
      const { type, id } = key as Client
      return recordName(type, id)
    },
  }
  return {
    ...{ label, bucket, top: null, other: false, source: { value, isList: false } },
    target: targetsFor(grant).get(company.path)!,
  }
}

const isEmpty = (field: string): Filter => ({ field, op: selects.empty, value: true })

/** Returns the condition that a record has this client. The links of a contact have an index. */
function isClient({ type, id }: Client, [companyType]: readonly string[]): Filter {
  const [company, contacts] = clientFields
  if (type === companyType) return { field: company, op: selects.value, value: id }
  const isPrimary = [contacts, `${contacts}.primary`].map((field): Filter => ({ field, op: selects.value, value: id }))
  return { and: [isEmpty(company), ...isPrimary] }
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
