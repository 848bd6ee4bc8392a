import { problemOf, say } from '../errors/code-text.ts'

/** The problems of changing record types. */
// biome-ignore format: a table is read by rows
export const typeChangeProblems = {
  type_exists: problemOf(409, 'Type already exists', 'Тип уже существует',
    'There is already a type with the {property} {value}.', 'Тип с таким значением ({property}: {value}) уже существует.'),
  default_plural_taken: problemOf(409, 'Plural is taken', 'Множественное название занято',
    'Without `plural`, the plural of the type is {plural}, which another type has. Pass another `plural`.',
    'Без `plural` множественное название типа — {plural}, но оно занято другим типом. Передайте другое значение `plural`.'),
  type_not_empty: problemOf(409, 'Type has records', 'У типа есть записи',
    'The type {code} has records: {records}. Pass `force=true` to delete them.', 'У типа {code} есть записи: {records}. Передайте `force=true`, чтобы удалить их.'),
  type_in_use: problemOf(409, 'Type in use', 'Тип используется',
    'User fields of other types can link to records of the type {code}: {fields}. Pass `force=true` to remove the type from them.',
    'На записи типа {code} могут ссылаться поля других типов: {fields}. Передайте `force=true`, чтобы убрать из них этот тип.'),
  type_has_pipelines: problemOf(409, 'Type has several pipelines', 'У типа несколько воронок',
    'The type {code} has several pipelines: {pipelines}. Keep the feature `pipelines`, or delete the other pipelines first.',
    'У типа {code} несколько воронок: {pipelines}. Оставьте `pipelines` или сначала удалите лишние воронки.'),
  relation_in_use: problemOf(409, 'Relation in use', 'Связь используется',
    'Records of the type {child} have a parent of the type {parent}: {records}. Pass `force=true` to remove these parents.',
    'У записей типа {child} есть родитель типа {parent}: {records}. Передайте `force=true`, чтобы убрать связь.'),
  system_type_fixed: problemOf(409, 'System type', 'Системный тип',
    'The system type {code} cannot be changed or deleted.', 'Системный тип {code} нельзя изменить или удалить.'),
  type_limit_reached: problemOf(422, 'Too many types', 'Слишком много типов',
    'There can be at most {limit} smart processes.', 'Смарт-процессов может быть не больше {limit}.'),
}

/** The faults of changing record types. */
// biome-ignore format: a table is read by rows
export const typeChangeFaults = {
  feature_needs: say('The feature {feature} needs {needs}.', 'Для {feature} нужно {needs}.'),
  several_pipelines: say('The type has several pipelines: {pipelines}. Keep the feature `pipelines`, or delete the other pipelines first.',
    'У типа несколько воронок: {pipelines}. Оставьте `pipelines` или сначала удалите лишние воронки.'),
  plural_taken: say('Another type has the plural {plural}. Pass another `plural`.', 'Множественное название {plural} занято другим типом. Передайте другое значение `plural`.'),
  relation_exists: say('The name {field} is taken by a field or a link of the type {child}, or of a feature that it can get.', 'Имя {field} занято полем или связью типа {child} или возможности, которую он может получить.'),
  relation_to_itself: say('A type cannot be its own parent.', 'Тип не может быть родителем самому себе.'),
}
