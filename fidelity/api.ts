/** An import that has ended. */
export interface FinishedImport {
  status: string
  error: unknown
  result: { rows: number; created: number; failed: number; unmapped?: string[] }
  faults: readonly RowFault[]
}

/** A fault of a row. */
export interface RowFault {
  row: number | null
  column: string | null
  severity: 'error' | 'warning'
  code: string
}

/** A record in a response. */
export type ApiRecord = { id: number } & Record<string, unknown>

/** A client of a running server. */
export class Api {
  readonly #url: string
  readonly #key: string

  constructor(url: string, key: string) {
    this.#url = url
    this.#key = key
  }

  /** Sends a request and returns the response with any status. */
  async send(method: string, path: string, body?: Buffer): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#key}`, ...(body && { 'content-type': 'text/csv' }) }
    return await fetch(this.#url + path, { method, headers, ...(body && { body: new Uint8Array(body) }) })
  }

  /** Returns the body of a resource. Throws if there is none. */
  async get<T>(path: string): Promise<T> {
    const response = await this.send('GET', path)
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Returns all records of a list, in the order of their ids. */
  async all(plural: string): Promise<ApiRecord[]> {
    return await this.#pages<ApiRecord>(`/v1/${plural}?sort=id&limit=500`)
  }

  /** Imports a file without any options and waits for the end of the job. */
  async import(plural: string, file: Buffer): Promise<FinishedImport> {
    const started = await this.send('POST', `/v1/${plural}/import`, file)
    if (started.status !== 202) throw new Error(`import of ${plural}: ${started.status} ${await started.text()}`)
    type Job = Omit<FinishedImport, 'faults'> & { id: number }
    let job = (await started.json()) as Job
    while (['queued', 'running'].includes(job.status)) job = await this.get<Job>(`/v1/jobs/${job.id}?wait=60`)
    return { ...job, faults: await this.#pages<RowFault>(`/v1/jobs/${job.id}/errors?limit=500`) }
  }

  async #pages<T>(path: string): Promise<T[]> {
    const found: T[] = []
    for (let cursor = ''; ; ) {
      const { data, page } = await this.get<{ data: T[]; page: { next: string | null } }>(path + cursor)
      found.push(...data)
      if (!page.next) return found
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
  }
}
