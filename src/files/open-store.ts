import { join } from 'node:path'
import { localFiles } from './local-store.ts'
import { type S3Options, s3Files } from './s3-store.ts'
import type { FileStore } from './store.ts'

/** Where files are to be kept: in a bucket if one is named, else in a folder. */
export interface StoreOptions extends Partial<S3Options> {
  /** Folder in which files are kept, unless a bucket is named. */
  dataDir: string
  /** The largest uploaded file, in bytes. */
  uploadLimit: number
}

/** The store that the configuration asks for. */
export function openStore({ dataDir, s3Bucket, s3Region = 'us-east-1', ...options }: StoreOptions): FileStore {
  if (s3Bucket === undefined) return localFiles(join(dataDir, 'files'))
  return s3Files({ ...options, s3Bucket, s3Region })
}
