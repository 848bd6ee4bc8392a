import type { Api } from '../api.ts'
import type { SavedFile } from '../files/stored.ts'
import { read, type Saved } from '../seed.ts'

/** An attached file as the API returns it. */
export interface AttachedFile {
  id: number
  name: string
  attachedAt: string
  [member: string]: unknown
}

/** Attaches files to a record through the API. */
export async function attach(
  { call }: Pick<Api, 'call'>,
  path: string,
  ...files: Pick<SavedFile, 'id'>[]
): Promise<AttachedFile[]> {
  const { status, body } = await call('post', `/v1/${path}/files`, { files: files.map(({ id }) => ({ id })) })
  if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
  return body.data
}

/** Returns the ids of the files that are attached to a record, the latest first. */
export async function attachedTo({ call }: Pick<Api, 'call'>, path: string): Promise<number[]> {
  const { body } = await call('get', `/v1/${path}/files`).expect(200)
  return body.data.map(({ id }: AttachedFile) => id)
}

/** Returns the changes of the attached files in the history of a record, the latest first. */
export async function fileChanges(api: Pick<Api, 'call'>, path: string): Promise<unknown[]> {
  const { data } = await read(api, `${path}/history?filter[field]=files`)
  return (data as (Saved & { changes: { old: AttachedFile[]; new: AttachedFile[] }[] })[]).map(({ changes }) =>
    changes.map((change) => ({ old: change.old.map(({ id }) => id), new: change.new.map(({ id }) => id) })),
  )
}
