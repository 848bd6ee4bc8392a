import type { Api } from '../api.ts'

const staged = ['deal', 'lead', 'invoice', 'quote']
const columns: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    staged.map((table) => [table, ['created_at', 'updated_at', 'moved_at', 'closed_at', 'final_left_at']]),
  ),
  ...Object.fromEntries(['contact', 'company'].map((table) => [table, ['created_at', 'updated_at']])),
  history: ['at'],
  stage_history: ['entered_at', 'left_at', 'closed_at'],
}

/** Returns a function that runs a step as if it had happened at a time. */
export function inThePast({ pool }: Pick<Api, 'pool'>) {
  const start = new Date()
  return async <T>(time: string, step: () => PromiseLike<T>): Promise<T> => {
    const result = await step()
    for (const [table, stamps] of Object.entries(columns)) {
      for (const stamp of stamps) {
        await pool.query(`update ${table} set ${stamp} = $1 where ${stamp} >= $2`, [time, start])
      }
    }
    return result
  }
}
