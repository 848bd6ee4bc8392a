/** A job in a response. */
export interface FinishedJob {
  id: number
  status: string
  progress: { done: number; rate: number | null }
  result: Record<string, number>
}

/** Returns the job that a request started, after it has ended. `see` is called with its progress about once a second. */
export async function waitForJob(
  answer: Response,
  url: string,
  key: string,
  see: (progress: FinishedJob['progress']) => void = () => {},
): Promise<FinishedJob> {
  if (answer.status !== 202) throw new Error(await answer.text())
  let job = (await answer.json()) as FinishedJob
  while (['queued', 'running'].includes(job.status)) {
    const now = await fetch(`${url}/v1/jobs/${job.id}?wait=1`, { headers: { authorization: `Bearer ${key}` } })
    job = (await now.json()) as FinishedJob
    see(job.progress)
  }
  return job
}
