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

/** A job. */
export interface Job {
  id: number
  status: string
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
  async send(method: string, path: string, body?: Buffer, type = 'text/csv'): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#key}`, ...(body && { 'content-type': type }) }
    return await fetch(this.#url + path, { method, headers, ...(body && { body: new Uint8Array(body) }) })
  }

  /** Sends a body and returns that of the response. Throws if it is refused. */
  async write<T>(method: 'POST' | 'PUT', path: string, body: object): Promise<T> {
    const response = await this.send(method, path, Buffer.from(JSON.stringify(body)), 'application/json')
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Returns the body of a resource. Throws if there is none. */
  async get<T>(path: string): Promise<T> {
    const response = await this.send('GET', path)
    if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Returns all records of a list, in the order of their ids. */
  async all(plural: string): Promise<ApiRecord[]> {
    return await this.pages<ApiRecord>(`/v1/${plural}?sort=id&limit=500`)
  }

  /** Imports a file without any options and waits for the end of the job. */
  async import(plural: string, file: Buffer): Promise<FinishedImport> {
    const started = await this.send('POST', `/v1/${plural}/import`, file)
    if (started.status !== 202) throw new Error(`import of ${plural}: ${started.status} ${await started.text()}`)
    const job = await this.finished<Omit<FinishedImport, 'faults'> & Job>((await started.json()) as Job)
    return { ...job, faults: await this.pages<RowFault>(`/v1/jobs/${job.id}/errors?limit=500`) }
  }

  /** Waits for the end of a job and returns it. */
  async finished<T extends Job>(job: Job): Promise<T> {
    let present = job
    while (['queued', 'running'].includes(present.status)) present = await this.get<T>(`/v1/jobs/${job.id}?wait=60`)
    return present as T
  }

  /** Returns the entries of all pages of a list. */
  async pages<T>(path: string): Promise<T[]> {
    const found: T[] = []
    for (let cursor = ''; ; ) {
      const { data, page } = await this.get<{ data: T[]; page: { next: string | null } }>(path + cursor)
      found.push(...data)
      if (!page.next) return found
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
  }
}
