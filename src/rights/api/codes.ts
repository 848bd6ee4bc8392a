import { problemOf, say } from '../../errors/code-text.ts'

/** The problems of roles. */
// biome-ignore format: a table is read by rows
export const roleProblems = {
  role_not_found: problemOf(404, 'Role not found', 'Роль не найдена',
    'There is no role {id}.', 'Роль {id} не найдена.'),
}

/** The faults of roles. */
// biome-ignore format: a table is read by rows
export const roleFaults = {
  unknown_operation: say('There is no operation {name}.', 'Неизвестная операция {name}.'),
  pipeline_of_other_type: say('The pipeline {id} belongs to records of another type: {code}.', 'Воронка {id} принадлежит записям другого типа: {code}.'),
  no_stages: say('Records of the type {code} have no pipelines and stages.', 'У записей типа {code} нет воронок и стадий.'),
  repeated_permission: say('These permissions already stand at {pointer}.', 'Эти права уже указаны в {pointer}.'),
  fields_not_in_roles: say('Roles do not decide about fields. Only user fields can be hidden: with PUT {path}.', 'Роли не управляют полями. Скрывать можно только пользовательские поля: запросом PUT {path}.'),
}

/** The word for roles. */
export const roleWords = {
  role: say('role', 'Роль'),
}
