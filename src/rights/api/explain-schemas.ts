import Type from 'typebox'
import { Label } from '../../http/labels.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import { verdictSources } from '../explain.ts'
import { levels, type Operation, operations } from '../levels.ts'
import { RolePermission } from './schemas.ts'
import { unavailableReasons } from './subject.ts'

/** Members that say whose rights are explained. */
export const subjectMembers = {
  userId: Type.Integer({ description: 'Id of the user whose rights are explained.' }),
  administrator: Type.Boolean({ description: 'Whether the user is a portal administrator, who may do everything.' }),
  settings: Type.Boolean({
    description: 'Whether the user has the settings right, and so may do everything in the CRM.',
  }),
}

const OperationAccess = Type.Object(
  {
    allowed: Type.Boolean({ description: 'Whether the user may do it with this record.' }),
    level: enumOf(levels, { description: 'Level of the operation in the stage of the record, over all roles.' }),
    limitedByKey: Type.Boolean({ description: 'Whether the scopes of the key of the request do not allow it.' }),
    roles: Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'Id of the role.' }),
        name: ref(Label),
        level: enumOf(levels, { description: 'Level that the role gives.' }),
        from: enumOf(verdictSources, {
          description: 'Where the role gives it: for the stage, the pipeline or the type, or by the settings right.',
        }),
        counts: Type.Boolean({
          description: 'Whether the level counts. It does not if another role has a level for the stage itself.',
        }),
      }),
      { description: 'What each role of the user decides. The largest level that counts is the level of the user.' },
    ),
  },
  { $id: 'OperationAccess', description: 'Whether a user may do something with a record, and why.' },
)

const byOperation = Object.fromEntries(operations.map((name) => [name, ref(OperationAccess)])) as Record<
  Operation,
  ReturnType<typeof ref<typeof OperationAccess>>
>

/** What a user may do with a record. */
export const RecordAccess = Type.Object(
  {
    ...subjectMembers,
    reason: nullable(enumOf([...unavailableReasons]), {
      description: 'Why the user cannot use the CRM, and so may do nothing. Null if the user can use it.',
    }),
    relation: Type.Object(
      {
        responsible: Type.Boolean({ description: 'Whether the user is responsible.' }),
        observer: Type.Boolean({ description: 'Whether the user observes the record, which counts for reading.' }),
        department: Type.Boolean({
          description: "Whether the responsible is the user or a colleague in one of the user's departments.",
        }),
        subdepartments: Type.Boolean({ description: 'The same with the departments below.' }),
        opened: Type.Boolean({ description: 'Whether the record is open to everyone.' }),
      },
      { description: 'How the record is related to the user: which levels reach it.' },
    ),
    operations: Type.Object(byOperation, { description: 'What the user may do.' }),
  },
  { $id: 'RecordAccess', description: 'What a user may do with a record, and which role gives or withholds it.' },
)

/** What a user may do. */
export const MyAccess = Type.Object(
  {
    ...subjectMembers,
    crm: Type.Object(
      {
        available: Type.Boolean({ description: 'Whether the user can use the CRM.' }),
        reason: nullable(enumOf([...unavailableReasons]), {
          description:
            'Why the CRM is unavailable: no role lets the user read records, it is switched off, or the user is inactive.',
        }),
        hiddenInMenu: Type.Boolean({ description: 'Whether the user hides the CRM in the menu.' }),
      },
      { description: 'Whether the user can use the CRM, and why not.' },
    ),
    roles: Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'Id of the role.' }),
        name: ref(Label),
        through: Type.Array(
          Type.Union([
            Type.Object({ user: Type.Literal(true, { description: 'The user is a member.' }) }),
            Type.Object({
              departmentId: Type.Integer({ description: 'Id of the department that is a member.' }),
              withSub: Type.Boolean({ description: 'Whether the departments below are included.' }),
            }),
            Type.Object({ groupId: Type.Integer({ description: 'Id of the group that is a member.' }) }),
          ]),
          { description: 'Through what the user has the role.' },
        ),
      }),
      { description: 'The roles of the user.' },
    ),
    permissions: Type.Array(ref(RolePermission), {
      description:
        'Levels over all roles: for each type, and for each pipeline and stage that differs from it. The scopes of a key can limit them.',
    }),
  },
  { $id: 'MyAccess', description: 'What a user may do, and why.' },
)

/** The named schemas of explanations. */
export const explainSchemas = [OperationAccess, RecordAccess, MyAccess]
