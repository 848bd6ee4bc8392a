import { type Static, Type } from 'typebox'
import { Label, LabelsInput } from '../http/labels.ts'
import { listOf } from '../http/lists.ts'
import { nullable, ref } from '../schema/build.ts'

/** Maximum number of departments below each other, the root included. */
export const mostLevels = 20
/** Maximum number of departments. */
export const mostDepartments = 5000

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

/** A page of departments. */
export const DepartmentList = listOf(Department, 'DepartmentList')

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

/** Schemas of the department routes. */
export const departmentSchemas = [Department, NewDepartment, DepartmentChange, DepartmentList]
