import Type, { type Static } from 'typebox'
import { Label, labelsQuery } from '../../http/labels.ts'
import { describeList } from '../../lists/describe-list.ts'
import { membersShown } from '../../people/members.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import { levels, operations } from '../levels.ts'

/** The bounds of ids. */
export const integerId = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const id = Type.Integer({ description: 'Id of the role.', examples: [1] })

/** The path of a role. */
export const RoleParams = Type.Object({
  id: Type.Integer({ ...integerId, description: 'Id of the role.', examples: [1] }),
})

/** The right to change settings. */
export const settings = Type.Boolean({
  description: 'Whether members administer the CRM: they may change its settings and do everything with its records.',
})
const level = enumOf(levels, {
  description:
    "Records that the operation reaches: none; those of the user; also those of the user's departments; also those of the departments below; also those opened to everyone; all.",
})
/** The record type of a permission. */
export const type = Type.String({ maxLength: 100, description: 'Code of the record type.', examples: ['deal'] })
/** The pipeline of a permission. */
export const pipelineId = { description: 'Id of the pipeline. Null for all pipelines of the type.', examples: [3] }
/** The stage of a permission. */
export const stageId = { description: 'Code of the stage. Null for all stages of the pipeline.', examples: ['WON'] }
/** What the levels of a permission say. */
export const operationLevels = {
  description:
    'Level of each operation. An operation that is left out is not decided here: a stage inherits it from its pipeline, a pipeline from the type, and a type has the level `none`.',
  examples: [{ read: 'department', add: 'own' }],
}
/** A level for each operation. */
export const byOperation = Object.fromEntries(operations.map((name) => [name, Type.Optional(level)])) as Record<
  (typeof operations)[number],
  ReturnType<typeof Type.Optional<typeof level>>
>

/** The levels of operations in a response. */
export const RolePermission = Type.Object(
  {
    type,
    pipelineId: nullable(Type.Integer(), pipelineId),
    stageId: nullable(Type.String(), stageId),
    operations: Type.Object(byOperation, operationLevels),
  },
  { $id: 'RolePermission', description: 'Levels for the records of a type, of one pipeline or of one stage.' },
)
/** What members do. */
export const have = 'have the role'
const RoleMembers = Type.Object(
  {
    ...membersShown(have),
    groupIds: Type.Array(Type.Integer(), { description: `Ids of the groups whose users ${have}.` }),
  },
  { $id: 'RoleMembers', description: 'The users, departments and groups that have a role.' },
)
const role = {
  id,
  name: ref(Label),
  settings,
  permissions: Type.Array(ref(RolePermission), { description: 'What members may do.' }),
  members: ref(RoleMembers),
}
/** A role in a response. */
export const RoleDocument = Type.Object(role, { $id: 'Role', description: 'A named set of permissions.' })
/** A role in a response. */
export type RoleDocument = Static<typeof RoleDocument>

const place = {
  pipelineId: nullable(Type.Integer(), { description: 'Id of the pipeline. Null if it is the same in all.' }),
  stageId: nullable(Type.String(), { description: 'Code of the stage. Null if it is the same in all.' }),
}
const shownLevel = (description: string) => enumOf(levels, { description })

/** The level of an operation that changes for a user. */
export const RoleEffect = Type.Object(
  {
    userId: Type.Integer({ description: 'Id of the user.' }),
    type: nullable(type, { description: 'Code of the record type. Null for the right to change the settings.' }),
    ...place,
    operation: enumOf([...operations, 'settings'], { description: 'The operation.' }),
    before: shownLevel('Level before, over all roles of the user.'),
    after: shownLevel('Level after, over all roles of the user.'),
  },
  { $id: 'RoleEffect', description: 'The level of an operation that changes for a user.' },
)
/** The level of an operation that changes for a user. */
export type RoleEffect = Static<typeof RoleEffect>

/** The most effects in a response. */
export const mostEffects = 1_000

const effects = {
  effects: Type.Array(ref(RoleEffect), {
    description: `For a dry run: the levels that change for active users, at most ${mostEffects}. Portal administrators may do everything and are left out.`,
  }),
  effectsTotal: Type.Integer({ description: 'For a dry run: how many levels change.' }),
}
/** A role after a change. */
export const SavedRole = Type.Object(
  { ...role, ...Type.Partial(Type.Object(effects)).properties },
  { $id: 'SavedRole', description: 'A role after a change. A dry run also says for whom levels change.' },
)
/** A role after a change. */
export type SavedRole = Static<typeof SavedRole>
/** The effects of deleting a role. */
export const RoleEffects = Type.Object(effects, {
  $id: 'RoleEffects',
  description: 'The levels that change when a role is deleted.',
})
/** The effects of a change of a role. */
export type RoleEffects = Static<typeof RoleEffects>

/** How two roles differ. */
export const RoleComparison = Type.Object(
  {
    id,
    with: Type.Integer({ description: 'Id of the other role.' }),
    settings: nullable(
      Type.Object({
        value: Type.Boolean({ description: 'Of the role.' }),
        withValue: Type.Boolean({ description: 'Of the other role.' }),
      }),
      { description: 'The right to change the settings. Null if both roles are alike in it.' },
    ),
    permissions: Type.Array(
      Type.Object({
        type,
        pipelineId: nullable(Type.Integer(), { description: 'Id of the pipeline. Null for all pipelines.' }),
        stageId: nullable(Type.String(), { description: 'Code of the stage. Null for all stages.' }),
        operation: enumOf(operations, { description: 'The operation.' }),
        level: nullable(enumOf(levels), { description: 'Level in the role. Null if it is inherited.' }),
        withLevel: nullable(enumOf(levels), { description: 'Level in the other role. Null if it is inherited.' }),
      }),
      { description: 'The levels that differ.' },
    ),
  },
  { $id: 'RoleComparison', description: 'How two roles differ.' },
)
/** How two roles differ. */
export type RoleComparison = Static<typeof RoleComparison>

/** The list of roles. */
export const roleList = describeList({
  name: 'roles',
  item: RoleDocument,
  fields: [
    { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, notNull: true },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, notNull: true, translated: true },
    {
      code: 'settings',
      kind: 'boolean',
      label: { en: 'May change settings', ru: 'Может менять настройки' },
      notNull: true,
    },
  ],
  sort: 'id',
  parameters: labelsQuery,
})

/** The named schemas of roles. */
export const roleSchemas = [
  ...[
    RolePermission,
    RoleMembers,
    RoleDocument,
    RoleEffect,
    SavedRole,
    RoleEffects,
    RoleComparison,
    ...roleList.schemas,
  ],
]
