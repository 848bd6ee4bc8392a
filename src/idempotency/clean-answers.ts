import { sql } from 'kysely'
import type { Task, TaskContext } from '../jobs/task.ts'
import { retention } from './once.ts'

const answersAtOnce = 1000

/** Deletes stored responses that have expired. */
export const cleanAnswersTask: Task<object, TaskContext> = {
  name: 'clean-answers',
  schedule: '41 * * * *',
  async run({ db }, _payload, signal) {
    for (let removed = answersAtOnce; removed === answersAtOnce; ) {
      signal.throwIfAborted()
      const { rows } =
        await sql`delete from local.idempotency where (user_id, key) in (select user_id, key from local.idempotency
        where created_at <= now() - ${sql.lit(retention)}::interval order by created_at limit ${answersAtOnce} for update skip locked)
        returning key`.execute(db)
      removed = rows.length
    }
  },
}
