import { problemOf, say } from '../errors/code-text.ts'

/** The problems of users and keys. */
// biome-ignore format: a table is read by rows
export const peopleProblems = {
  authentication_required: problemOf(401, 'Authentication required', 'Требуется авторизация',
    'Send your API key in the header: Authorization: Bearer …', 'Передайте ключ API в заголовке: Authorization: Bearer …'),
  invalid_key: problemOf(401, 'Invalid key', 'Неверный ключ',
    'The API key does not exist or was revoked.', 'Ключ API не существует или отозван.'),
  expired_key: problemOf(401, 'Expired key', 'Срок ключа истёк',
    'The API key or token has expired. Use a new one.', 'Срок действия ключа API или токена истёк. Используйте новый.'),
  user_inactive: problemOf(401, 'User inactive', 'Пользователь отключён',
    'The user of this key is not active.', 'Пользователь этого ключа отключён.'),
  user_not_found: problemOf(404, 'User not found', 'Пользователь не найден',
    'There is no user {id}.', 'Пользователь {id} не найден.'),
  key_not_found: problemOf(404, 'Key not found', 'Ключ не найден',
    'There is no API key {id}.', 'Ключ API {id} не найден.'),
  email_taken: problemOf(409, 'E-mail already in use', 'Адрес почты занят',
    'Another user has the e-mail address {email}.', 'Адрес {email} уже есть у другого пользователя.'),
  last_administrator: problemOf(409, 'Last administrator', 'Последний администратор',
    'This is the only active administrator. Make another user an administrator first.', 'Это единственный активный администратор. Сначала назначьте другого.'),
  limit_reached: problemOf(422, 'Limit reached', 'Достигнут лимит',
    'At most {limit} are allowed.', 'Допускается не больше {limit}.'),
}

/** The faults of users and keys. */
// biome-ignore format: a table is read by rows
export const peopleFaults = {
  name_required: say('A first name or a last name is required.', 'Укажите имя или фамилию.'),
  outlives_parent: say('Must not be later than {at}, when the key that creates this one expires.', 'Не позже {at}: ключ не может действовать дольше того, которым он создан.'),
  not_in_future: say('Must be in the future.', 'Укажите время в будущем.'),
}

/** The words for users and departments. */
export const peopleWords = {
  user: say('user', 'Пользователь'),
  department: say('department', 'Отдел'),
}
