import { problemOf, say } from '../errors/code-text.ts'

/** The problems of users and keys. */
// biome-ignore format: a table is read by rows
export const peopleProblems = {
  authentication_required: problemOf(401, 'Authentication required', 'Требуется авторизация',
    'Send your API key in the header: Authorization: Bearer …', 'Передайте ключ API в заголовке: Authorization: Bearer …'),
  unsupported_scheme: problemOf(401, 'Unsupported authorization scheme', 'Способ авторизации не поддерживается',
    'Use Bearer. Send your API key in the header: Authorization: Bearer …', 'Используйте Bearer. Передайте ключ API в заголовке: Authorization: Bearer …'),
  invalid_key: problemOf(401, 'Invalid key', 'Неверный ключ',
    'The API key does not exist or was revoked.', 'Ключ API не существует или отозван.'),
  expired_key: problemOf(401, 'Expired key', 'Срок ключа истёк',
    'The API key or token has expired. Use a new one.', 'Срок действия ключа API или токена истёк. Используйте новый.'),
  user_inactive: problemOf(401, 'User inactive', 'Пользователь отключён',
    'The user of this key is not active.', 'Пользователь этого ключа отключён.'),
  insufficient_scope: problemOf(403, 'Insufficient scope', 'Недостаточно прав ключа',
    'The scopes of this API key do not allow this: {missing}.', 'Области действия этого ключа API не разрешают: {missing}.'),
  stronger_key: problemOf(403, 'Stronger key', 'Более сильный ключ',
    'The key {id} allows more or lasts longer than the key of this request. Use it itself, or a key without scopes and expiry.',
    'Ключ {id} разрешает больше или действует дольше, чем ключ этого запроса. Используйте сам этот ключ или ключ без ограничений.'),
  user_not_found: problemOf(404, 'User not found', 'Пользователь не найден',
    'There is no user {id}.', 'Пользователь {id} не найден.'),
  key_not_found: problemOf(404, 'Key not found', 'Ключ не найден',
    'There is no API key {id}.', 'Ключ API {id} не найден.'),
  key_replaced: problemOf(409, 'Key already replaced', 'Ключ уже заменён',
    'The key {id} was already replaced by the key {replacedBy}. Rotate that one.', 'Ключ {id} уже заменён ключом {replacedBy}. Замените его.'),
  key_ended: problemOf(409, 'Key has expired', 'Срок ключа истёк',
    'The key {id} has expired. Create a new one.', 'Срок действия ключа {id} истёк. Создайте новый.'),
  email_taken: problemOf(409, 'E-mail already in use', 'Адрес почты занят',
    'Another user has the e-mail address {email}.', 'Адрес {email} уже есть у другого пользователя.'),
  last_administrator: problemOf(409, 'Last administrator', 'Последний администратор',
    'This is the only active administrator. Make another user an administrator first.', 'Это единственный активный администратор. Сначала назначьте другого.'),
  department_not_found: problemOf(404, 'Department not found', 'Отдел не найден',
    'There is no department {id}.', 'Отдел {id} не найден.'),
  group_not_found: problemOf(404, 'Group not found', 'Группа не найдена',
    'There is no group {id}.', 'Группа {id} не найдена.'),
  root_department: problemOf(409, 'Root department', 'Корневой отдел',
    'The root of the departments cannot be deleted.', 'Корневой отдел нельзя удалить.'),
  limit_reached: problemOf(422, 'Limit reached', 'Достигнут лимит',
    'At most {limit} are allowed.', 'Допускается не больше {limit}.'),
}

/** The faults of users and keys. */
// biome-ignore format: a table is read by rows
export const peopleFaults = {
  name_required: say('A first name or a last name is required.', 'Укажите имя или фамилию.'),
  outlives_parent: say('Must not be later than {at}, when the key that creates this one expires.', 'Не позже {at}: ключ не может действовать дольше того, которым он создан.'),
  beyond_own_scopes: say('The key that creates this one does not allow this.', 'Ключ, которым создаётся этот ключ, этого не разрешает.'),
  department_cycle: say('A department cannot be moved below itself.', 'Отдел нельзя переместить внутрь него самого.'),
  too_many_levels: say('Departments can have at most {limit} levels.', 'Уровней отделов — не больше {limit}.'),
  too_many_memberships: say('The user {id} would have more than {limit} of them.', 'У пользователя {id} их стало бы больше {limit}.'),
  dismissed_user: say('The user {id} is not active.', 'Пользователь {id} отключён.'),
  not_in_future: say('Must be in the future.', 'Укажите время в будущем.'),
}

/** The words for people. */
export const peopleWords = {
  user: say('user', 'Пользователь'),
  department: say('department', 'Отдел'),
  group: say('group', 'Группа'),
}
