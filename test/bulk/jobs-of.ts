import type { Api } from '../api.ts'
import type { Saved } from '../seed.ts'

/** A job as the API returns it. */
export interface BulkJob {
  id: number
  status: string
  progress: { done: number; total: number }
  result: Record<string, number>
}

/** Requests bulk actions and reverts for a caller, and waits until each job ends. */
export function jobsOf(api: Pick<Api, 'call'>) {
  const finished = async (answer: { body: { id: number } }): Promise<BulkJob> =>
    (await api.call('get', `/v1/jobs/${answer.body.id}?wait=30`).expect(200)).body
  return {
    bulk: async (plural: string, body: object) =>
      await finished(await api.call('post', `/v1/${plural}/bulk`, body).expect(202)),
    revert: async (id: number) => await finished(await api.call('post', `/v1/jobs/${id}/revert`).expect(202)),
    errorsOf: async (id: number) => {
      const { body } = await api.call('get', `/v1/jobs/${id}/errors`).expect(200)
      const told: { recordId: number; column: string | null; severity: string; code: string }[] = body.data
      return told.map(({ recordId, column, severity, code }) => ({ recordId, column, severity, code }))
    },
  }
}

/** Returns a record without the members that every change updates. */
export const fields = ({ version: _, updatedAt: __, ...rest }: Saved) => rest
