import { say } from '../errors/code-text.ts'

/** The faults of boards. */
// biome-ignore format: a table is read by rows
export const boardFaults = {
  fixed_on_board: say('The path of a board names its pipeline. Choose its stages with stages.', 'Воронка доски указана в пути. Стадии выберите параметром stages.'),
  no_amounts: say('These records have no amounts to add up.', 'У этих записей нет сумм.'),
}
