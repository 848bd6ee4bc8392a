import Type from 'typebox'
import { labelsQuery } from '../../http/labels.ts'
import { describeList } from '../../lists/describe-list.ts'
import { ApiKey } from '../key-schemas.ts'
import { Department, Group } from '../organisation-schemas.ts'
import { languages, User } from '../schemas.ts'
import { idOf } from './requests.ts'

const id = { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, notNull: true } as const
const name = {
  code: 'name',
  kind: 'string',
  label: { en: 'Name', ru: 'Название' },
  notNull: true,
  translated: true,
} as const

/** The list of users. */
export const userList = describeList({
  name: 'users',
  item: User,
  fields: [
    id,
    { code: 'firstName', kind: 'string', label: { en: 'First name', ru: 'Имя' } },
    { code: 'lastName', kind: 'string', label: { en: 'Last name', ru: 'Фамилия' } },
    { code: 'active', kind: 'boolean', label: { en: 'Active', ru: 'Активен' }, notNull: true },
    { code: 'email', kind: 'string', label: { en: 'E-mail', ru: 'Электронная почта' } },
    { code: 'isAdmin', kind: 'boolean', label: { en: 'Administrator', ru: 'Администратор' }, notNull: true },
    {
      code: 'departmentIds',
      kind: 'integer',
      multiple: true,
      label: { en: 'Departments', ru: 'Отделы' },
      notNull: true,
    },
    { code: 'groupIds', kind: 'integer', multiple: true, label: { en: 'Groups', ru: 'Группы' }, notNull: true },
    { code: 'language', kind: 'enumeration', label: { en: 'Language', ru: 'Язык' }, codes: languages },
    { code: 'timeZone', kind: 'string', label: { en: 'Time zone', ru: 'Часовой пояс' } },
  ],
  sort: 'id',
  parameters: {
    active: Type.Optional(
      Type.Boolean({ description: '`true` returns only active users, `false` only inactive users.' }),
    ),
    departmentId: Type.Optional(idOf('Returns only the members of this department. Requires an administrator.')),
    groupId: Type.Optional(idOf('Returns only the members of this group. Requires an administrator.')),
  },
})

/** The list of departments. */
export const departmentList = describeList({
  name: 'departments',
  item: Department,
  fields: [
    id,
    name,
    { code: 'parentId', kind: 'id', label: { en: 'Department above', ru: 'Вышестоящий отдел' } },
    { code: 'headId', kind: 'employee', label: { en: 'Head', ru: 'Руководитель' } },
  ],
  sort: 'id',
  parameters: labelsQuery,
})

/** The list of groups. */
export const groupList = describeList({
  name: 'groups',
  item: Group,
  fields: [id, name],
  sort: 'id',
  parameters: labelsQuery,
})

/** The list of API keys. */
export const keyList = describeList({
  name: 'api-keys',
  item: ApiKey,
  fields: [
    id,
    { code: 'userId', kind: 'employee', label: { en: 'User', ru: 'Пользователь' }, notNull: true },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, notNull: true },
    { code: 'prefix', kind: 'string', label: { en: 'First characters', ru: 'Первые символы' }, notNull: true },
    { code: 'createdBy', kind: 'employee', label: { en: 'Created by', ru: 'Кем создан' } },
    { code: 'parentId', kind: 'id', label: { en: 'Created with', ru: 'Создан ключом' } },
    { code: 'createdAt', kind: 'datetime', label: { en: 'Created', ru: 'Дата создания' }, notNull: true },
    { code: 'expiresAt', kind: 'datetime', label: { en: 'Expires', ru: 'Действует до' } },
    { code: 'replacedBy', kind: 'id', label: { en: 'Replaced by', ru: 'Заменён ключом' } },
    { code: 'lastUsedAt', kind: 'datetime', label: { en: 'Last used', ru: 'Последнее использование' } },
  ],
  sort: 'id',
  parameters: {},
})

/** The schemas of the lists of people. */
export const listSchemas = [userList, departmentList, groupList, keyList].flatMap(({ schemas }) => schemas)
