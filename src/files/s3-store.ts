import { Readable } from 'node:stream'
import { BytesMissing, type FileStore, storeUnavailable } from './store.ts'

/** An S3 bucket, or one of a service that speaks its language. */
export interface S3Options {
  s3Bucket: string
  s3Region: string
  /** The service's address; that of AWS when absent. */
  s3Endpoint?: string | undefined
  /** The role of the machine, or what else the AWS client finds, when absent. */
  s3AccessKeyId?: string | undefined
  s3SecretAccessKey?: string | undefined
  /** Whether the bucket stands in the path of addresses, rather than in their host name. */
  s3PathStyle?: boolean | undefined
  /** The largest file. */
  uploadLimit: number
}

/** S3 takes 10,000 parts at most, each of 5 MB at least. */
const [mostParts, leastPart] = [10_000, 5 * 1024 ** 2]
/** Parts on their way at the same time: so many are held in memory for each upload. */
const partsAtOnce = 2

/** A store in an S3 bucket. The AWS client is loaded when it is first needed: it takes 40 MB of memory. */
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

/** A process that was killed in the middle of an upload has left its parts, which cost money and are never seen. */
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
    // What is on by default, services other than that of AWS do not all know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Everybody who downloads holds a connection for as long as it takes.
    requestHandler: { connectionTimeout: 5_000, httpAgent: { maxSockets: 500 }, httpsAgent: { maxSockets: 500 } },
  })
  return { ...s3, client, Upload }
}
