import { problemOf } from '../errors/code-text.ts'

/** The problems of repeated requests. */
// biome-ignore format: a table is read by rows
export const idempotencyProblems = {
  idempotency_in_progress: problemOf(409, 'Request in progress', 'Запрос ещё выполняется',
    'The first request with this Idempotency-Key is still running. Try again later.', 'Первый запрос с этим Idempotency-Key ещё выполняется. Повторите позже.'),
  answer_purged: problemOf(409, 'Response was purged', 'Ответ удалён',
    'The request was completed, but a record in its response has since been purged. To repeat it, use a new Idempotency-Key.',
    'Запрос выполнен, но запись из его ответа с тех пор удалена навсегда. Чтобы повторить запрос, укажите новый Idempotency-Key.'),
  answer_outdated: problemOf(409, 'Response is outdated', 'Ответ устарел',
    'The request was completed, but rights, fields or settings have changed since, so its response is not returned again. To repeat it, use a new Idempotency-Key.',
    'Запрос выполнен, но с тех пор изменились права, поля или настройки, поэтому ответ не возвращается повторно. Чтобы повторить запрос, укажите новый Idempotency-Key.'),
  idempotency_key_reused: problemOf(422, 'Idempotency-Key already used', 'Idempotency-Key уже использован',
    'This Idempotency-Key was used with a different request. Use a new one.', 'Этот Idempotency-Key уже использован с другим запросом. Укажите новый.'),
}
