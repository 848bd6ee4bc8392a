import Type, { type TSchema } from 'typebox'
import { pageQuery } from '../../http/id-page.ts'
import { listOf } from '../../http/lists.ts'
import { enumOf, ref } from '../../schema/build.ts'
import type { GroupStatus } from '../groups/visible-pairs.ts'
import { DuplicateReason, score } from './match-schemas.ts'

const id = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Id of the group: the smallest id of its members.',
  examples: [1],
})

/** The path parameter of a group. */
export const GroupParams = Type.Object({ id })

const statuses = ['open', 'dismissed'] as const satisfies readonly GroupStatus[]

/** The query parameters of a list of groups. */
export const GroupsQuery = Type.Object({
  ...pageQuery,
  status: enumOf(statuses, { default: 'open', description: 'Status of the groups.' }),
  minScore: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'Lowest score of the groups.' }),
})

/** A group in a response. */
export const DuplicateGroup = Type.Object(
  {
    id,
    memberIds: Type.Array(Type.Integer(), { description: 'Ids of the records, smallest first.', examples: [[1, 5]] }),
    score,
    reasons: Type.Array(ref(DuplicateReason), { description: 'What the records have in common, and what not.' }),
    conflicts: Type.Array(Type.String(), {
      description:
        'Fields whose values contradict each other, so that a user has to choose. A merge by a user keeps one of them.',
      examples: [['birthDate']],
    }),
    automatic: Type.Boolean({
      description:
        'Whether automatic merging would merge the group as it is now. Always false for callers who may not read everything.',
    }),
    status: enumOf(statuses, {
      description:
        '`dismissed` if somebody has said that the records are no duplicates, and no compared field has changed since.',
      examples: ['open'],
    }),
  },
  { $id: 'DuplicateGroup', description: 'Records that are probably one.' },
)

/** A page of groups. */
export const DuplicateGroupList = listOf(DuplicateGroup, 'DuplicateGroupList')

const ids = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }

/** How the records of a group are merged. */
export const GroupMerge = Type.Object(
  {
    survivorId: Type.Optional(
      Type.Integer({ ...ids, description: 'Id of the record that stays. Default: the smallest id of the group.' }),
    ),
    choices: Type.Optional(
      Type.Record(Type.String(), Type.Integer(ids), {
        description: 'For each field, the id of the record whose value is kept.',
      }),
    ),
  },
  {
    $id: 'DuplicateGroupMerge',
    additionalProperties: false,
    description: 'How the records of a group are merged.',
    examples: [{}],
  },
)

/** The named schemas of groups. */
export const groupSchemas: readonly TSchema[] = [DuplicateGroup, DuplicateGroupList, GroupMerge]
