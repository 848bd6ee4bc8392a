import { Readable } from 'node:stream'
import { BytesMissing, type FileStore, storeUnavailable } from './store.ts'

/** Options of an S3 bucket, or of an S3-compatible service. */
export interface S3Options {
  s3Bucket: string
  s3Region: string
  /** URL of the service. Default: AWS. */
  s3Endpoint?: string | undefined
  /** Access key. Default: the credentials that the AWS client finds, such as the role of the machine. */
  s3AccessKeyId?: string | undefined
  s3SecretAccessKey?: string | undefined
  /** Whether the bucket name is part of the path instead of the host name. */
  s3PathStyle?: boolean | undefined
  /** Maximum size of a file, in bytes. */
  uploadLimit: number
}

/** S3 accepts at most 10,000 parts of at least 5 MB each. */
const [mostParts, leastPart] = [10_000, 5 * 1024 ** 2]
/** Parts uploaded at the same time. Each upload holds this many in memory. */
const partsAtOnce = 2

/** Returns a store in an S3 bucket. The AWS client takes 40 MB of memory, so it is loaded on first use. */
export function s3Files(options: S3Options): FileStore {
  let loaded: ReturnType<typeof load> | undefined
  const attempt = async <T>(work: (s3: Awaited<ReturnType<typeof load>>) => Promise<T>): Promise<T> => {
    try {
      loaded ??= load(options)
      return await work(await loaded)
    } catch (error) {
      throw (error as Error).name === 'NoSuchKey' ? new BytesMissing() : storeUnavailable(error)
    }
  }
  const Bucket = options.s3Bucket
  return {
    write: (Key, bytes) =>
      attempt(async ({ client, Upload }) => {
        const Body = Readable.from(bytes, { objectMode: false })
        const partSize = Math.max(leastPart, Math.ceil(options.uploadLimit / mostParts))
        await new Upload({ client, params: { Bucket, Key, Body }, partSize, queueSize: partsAtOnce }).done()
      }),
    open: (Key, range) =>
      attempt(async ({ client, GetObjectCommand }) => {
        const Range = range && `bytes=${range.start}-${range.end}`
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }))
        return Body as Readable
      }),
    remove: (Key) =>
      attempt(async (s3) => {
        await s3.client.send(new s3.DeleteObjectCommand({ Bucket, Key }))
        await abortUploads(s3, { Bucket, Key })
      }),
  }
}

/** Aborts unfinished multipart uploads. The parts that a killed process leaves are invisible but cost money. */
async function abortUploads(
  { client, ListMultipartUploadsCommand, AbortMultipartUploadCommand }: Awaited<ReturnType<typeof load>>,
  { Bucket, Key }: { Bucket: string; Key: string },
): Promise<void> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
  for (const { UploadId } of Uploads) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
}

async function load({ s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, ...options }: S3Options) {
  const [s3, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')])
  const hasKey = s3AccessKeyId !== undefined && s3SecretAccessKey !== undefined
  const client = new s3.S3Client({
    region: s3Region,
    ...(s3Endpoint && { endpoint: s3Endpoint }),
    ...(hasKey && { credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey } }),
    forcePathStyle: options.s3PathStyle ?? s3Endpoint !== undefined,
    // Not all S3-compatible services support the default checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Each download holds a connection until it ends.
    requestHandler: { connectionTimeout: 5_000, httpAgent: { maxSockets: 500 }, httpsAgent: { maxSockets: 500 } },
  })
  return { ...s3, client, Upload }
}
