/** A job in a response. */
export interface FinishedJob {
  id: number
  status: string
  result: Record<string, number>
}

/** Returns the job that a request started, after it has ended. */
export async function waitForJob(answer: Response, url: string, key: string): Promise<FinishedJob> {
  if (answer.status !== 202) throw new Error(await answer.text())
  let job = (await answer.json()) as FinishedJob
  while (['queued', 'running'].includes(job.status)) {
    const now = await fetch(`${url}/v1/jobs/${job.id}?wait=60`, { headers: { authorization: `Bearer ${key}` } })
    job = (await now.json()) as FinishedJob
  }
  return job
}
