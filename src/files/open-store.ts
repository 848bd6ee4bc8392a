import { join } from 'node:path'
import { localFiles } from './local-store.ts'
import { type S3Options, s3Files } from './s3-store.ts'
import type { FileStore } from './store.ts'

/** Storage options: an S3 bucket if one is set, else a local folder. */
export interface StoreOptions extends Partial<S3Options> {
  /** Folder for files if no bucket is set. */
  dataDir: string
  /** Maximum size of an uploaded file, in bytes. */
  uploadLimit: number
}

/** Opens the configured store. */
export function openStore({ dataDir, s3Bucket, s3Region = 'us-east-1', ...options }: StoreOptions): FileStore {
  if (s3Bucket === undefined) return localFiles(join(dataDir, 'files'))
  return s3Files({ ...options, s3Bucket, s3Region })
}
