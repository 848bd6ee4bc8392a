import { type FieldDefinition, fieldsOf } from '../entities/system-fields.ts'
import type { FieldsByPath } from '../fields/field.ts'

const everybody: readonly FieldDefinition[] = [
  { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' } },
  { code: 'firstName', kind: 'string', label: { en: 'First name', ru: 'Имя' } },
  { code: 'lastName', kind: 'string', label: { en: 'Last name', ru: 'Фамилия' } },
  { code: 'active', kind: 'boolean', label: { en: 'Active', ru: 'Активен' } },
]
const administrators: readonly FieldDefinition[] = [
  ...everybody,
  { code: 'email', kind: 'string', label: { en: 'E-mail', ru: 'Электронная почта' } },
  { code: 'departmentIds', kind: 'integer', multiple: true, label: { en: 'Departments', ru: 'Отделы' } },
]
const [brief, whole] = [everybody, administrators].map(
  (defined): FieldsByPath => new Map(fieldsOf(0, defined).map((field) => [field.path, field])),
)

/** Returns the properties of users that a caller may use in filters: all, or only those that everybody sees. */
export function userProperties(all: boolean): FieldsByPath {
  return (all ? whole : brief)!
}
