import Type, { type Static } from 'typebox'
import { LabelsInput } from '../../http/labels.ts'
import { idList, membersGiven } from '../../people/members.ts'
import { nullable, ref } from '../../schema/build.ts'
import { byOperation, have, integerId, operationLevels, pipelineId, settings, stageId, type } from './schemas.ts'

/** The most permissions of a role. */
const mostCells = 1_000

/** The levels of operations in a request. */
export const RolePermissionInput = Type.Object(
  {
    type,
    pipelineId: Type.Optional(
      nullable(Type.Integer(integerId), {
        ...pipelineId,
        description: `${pipelineId.description} With a stage it may be left out if the type has only one pipeline.`,
      }),
    ),
    stageId: Type.Optional(nullable(Type.String({ maxLength: 100 }), stageId)),
    operations: Type.Object(byOperation, { ...operationLevels, additionalProperties: false, minProperties: 1 }),
  },
  {
    $id: 'RolePermissionInput',
    additionalProperties: false,
    description: 'Levels for the records of a type, of one pipeline or of one stage. Levels of a stage go first.',
  },
)
/** The levels of operations in a request. */
export type RolePermissionInput = Static<typeof RolePermissionInput>

/** The members of a role in a request. */
export const RoleMembersInput = Type.Object(
  { ...membersGiven(have), groupIds: Type.Optional(idList(`Ids of the groups whose users ${have}.`)) },
  {
    $id: 'RoleMembersInput',
    additionalProperties: false,
    description: 'The users, departments and groups that get a role.',
    examples: [{ userIds: [1], departments: [{ id: 1, withSub: true }] }],
  },
)

const given = {
  settings: Type.Optional(settings),
  permissions: Type.Optional(
    Type.Array(ref(RolePermissionInput), {
      maxItems: mostCells,
      description: 'What members may do, as a complete list.',
    }),
  ),
  members: Type.Optional(ref(RoleMembersInput)),
}
/** A role to create. */
export const NewRole = Type.Object(
  { name: ref(LabelsInput), ...given },
  {
    $id: 'NewRole',
    additionalProperties: false,
    description: 'A role to create.',
    examples: [
      {
        name: { en: 'Sales', ru: 'Продажи' },
        permissions: [
          { type: 'deal', operations: { read: 'department', add: 'own', update: 'own', move: 'own' } },
          { type: 'lead', stageId: 'CONVERTED', operations: { update: 'none' } },
        ],
        members: { departments: [{ id: 1 }] },
      },
    ],
  },
)
/** The properties of a role that can be changed. */
export const RoleChange = Type.Object(
  { name: Type.Optional(ref(LabelsInput)), ...given },
  {
    $id: 'RoleChange',
    additionalProperties: false,
    minProperties: 1,
    description: 'Properties of a role to change. Absent properties keep their values, also lists of members.',
    examples: [{ name: 'Sales', members: { userIds: [1] } }],
  },
)
/** The properties of a role that can be changed. */
export type RoleChange = Static<typeof RoleChange>
/** The name of a copy of a role. */
export const RoleClone = Type.Object(
  { name: Type.Optional(ref(LabelsInput)) },
  {
    $id: 'RoleClone',
    additionalProperties: false,
    description: 'The name of the new role. Default: the name of the role with a note that it is a copy.',
    examples: [{ name: 'Sales, second line' }],
  },
)

/** The named schemas of requests. */
export const roleRequestSchemas = [RolePermissionInput, RoleMembersInput, NewRole, RoleChange, RoleClone]
