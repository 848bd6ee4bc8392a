import { problemOf } from '../errors/code-text.ts'

/** The problems of the recycle bin. */
// biome-ignore format: a table is read by rows
export const binProblems = {
  not_in_recycle_bin: problemOf(404, 'Not in the recycle bin', 'Нет в корзине',
    'There is no record {id} in the recycle bin.', 'В корзине нет записи {id}.'),
}
