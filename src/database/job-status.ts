/** The statuses of a job that a worker can take up. */
export const runnable = ['queued', 'running'] as const

/** The statuses of a job that can be cancelled. */
export const unfinished = [...runnable, 'paused'] as const

const final = ['completed', 'completedWithErrors', 'failed', 'cancelled'] as const

/** The statuses of a job. */
export const jobStatuses = [...unfinished, ...final] as const
export type JobStatus = (typeof jobStatuses)[number]

/** Returns whether a job with this status is over. */
export function isOver(status: JobStatus): boolean {
  return final.some((one) => one === status)
}
