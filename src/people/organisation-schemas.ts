import { type Static, Type } from 'typebox'
import { Label, LabelsInput } from '../http/labels.ts'
import { nullable, ref } from '../schema/build.ts'
import { idList } from './members.ts'

/** Maximum number of departments below each other, the root included. */
export const mostLevels = 20
/** Maximum number of departments. */
export const mostDepartments = 5000
/** Maximum number of groups. */
export const mostGroups = 1000

const idOf = (description: string) => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description })

const parentId = idOf('Id of the department above.')
const headId = nullable(idOf('Id of the user who heads the department.'), {
  description: 'Id of the user who heads the department. The head is active and a member of the department.',
})

/** A department in a response. */
export const Department = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the department.', examples: [3] }),
    name: ref(Label),
    parentId: nullable(Type.Integer(), { description: 'Id of the department above. Null for the root.' }),
    headId,
  },
  { $id: 'Department', description: 'A department of the company. Departments form a tree with one root.' },
)

/** The body that creates a department. */
export const NewDepartment = Type.Object(
  { name: ref(LabelsInput), parentId: Type.Optional(parentId), headId: Type.Optional(headId) },
  {
    $id: 'NewDepartment',
    description: 'A new department. Without `parentId` it is below the root.',
    additionalProperties: false,
    examples: [{ name: { en: 'Sales', ru: 'Продажи' } }],
  },
)

/** The body that changes a department. */
export const DepartmentChange = Type.Partial(NewDepartment, {
  $id: 'DepartmentChange',
  description: 'Fields to change. Absent fields keep their values.',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ name: { en: 'Wholesale', ru: 'Опт' } }],
})

/** A department as the database has it. */
export interface DepartmentRow {
  id: number
  name: { en: string; ru: string }
  parentId: number | null
  headId: number | null
}
/** The fields of a department that requests can set. */
export type NewDepartment = Static<typeof NewDepartment>
/** The fields of a department to change. */
export type DepartmentChange = Static<typeof DepartmentChange>

const groupId = Type.Integer({ description: 'Id of the group.', examples: [1] })

/** A group in a list. */
export const Group = Type.Object(
  { id: groupId, name: ref(Label) },
  { $id: 'Group', description: 'A group of users from any departments.' },
)

/** A group with its members. */
export const GroupDetails = Type.Object(
  {
    id: groupId,
    name: ref(Label),
    userIds: Type.Array(Type.Integer(), { description: 'Ids of the users in the group.' }),
  },
  { $id: 'GroupDetails', description: 'A group with its members.' },
)

/** The body that creates a group. */
export const NewGroup = Type.Object(
  { name: ref(LabelsInput), userIds: Type.Optional(idList('Ids of the users in the group.')) },
  {
    $id: 'NewGroup',
    description: 'A new group.',
    additionalProperties: false,
    examples: [{ name: { en: 'Key accounts', ru: 'Ключевые клиенты' }, userIds: [1] }],
  },
)

const addedAndRemoved = Type.Object(
  {
    add: Type.Optional(idList('Ids of users to add.')),
    remove: Type.Optional(idList('Ids of users to remove.')),
  },
  { additionalProperties: false },
)

/** The body that changes a group. */
export const GroupChange = Type.Object(
  {
    name: Type.Optional(ref(LabelsInput)),
    userIds: Type.Optional(
      Type.Union([idList('Ids of the users in the group.'), addedAndRemoved], {
        description: 'All users of the group, or an object with users to add and to remove.',
      }),
    ),
  },
  {
    $id: 'GroupChange',
    description: 'Fields to change. Absent fields keep their values.',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ userIds: { add: [1] } }],
  },
)

/** The fields of a group that requests can set. */
export type NewGroup = Static<typeof NewGroup>
/** The fields of a group to change. */
export type GroupChange = Static<typeof GroupChange>

/** Schemas of departments and groups. */
export const organisationSchemas = [
  ...[Department, NewDepartment, DepartmentChange],
  ...[Group, GroupDetails, NewGroup, GroupChange],
]
