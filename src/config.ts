import { Type } from 'typebox'
import { Value } from 'typebox/value'
import {
  type Bounds,
  choice,
  databaseUrl,
  type Form,
  foreignSecret,
  origins,
  proxies,
  publicUrl,
  secret,
  size,
  text,
  trueOrFalse,
  wholeNumber,
} from './config-values.ts'

const kilobyte = 1024
const megabyte = 1024 * kilobyte
const gigabyte = 1024 * megabyte

/** The configuration. It is read once at start from the environment. */
export const Config = Type.Object({
  port: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 3000,
    description: 'Port of the HTTP server. With 0 the server picks a free port and logs it.',
  }),
  host: Type.String({
    pattern: '^[A-Za-z0-9:._-]+$',
    default: '127.0.0.1',
    description: 'Address to listen on. Use `0.0.0.0` or `::` to accept connections from other machines.',
  }),
  databaseUrl: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://\\S+$',
      description: 'URL of a Postgres 15 or newer. If not set, the server starts an embedded Postgres.',
    }),
  ),
  databasePoolSize: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 10,
    description:
      'Maximum number of database connections per process. The server opens up to ten more for background jobs.',
  }),
  dataDir: Type.String({
    minLength: 1,
    default: './data',
    description: 'Folder for the embedded Postgres and for uploaded files. It is created if it does not exist.',
  }),
  s3Bucket: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'S3 bucket for uploaded files. If not set, files are stored in `DATA_DIR`.',
    }),
  ),
  s3Region: Type.String({
    pattern: '^[a-z0-9-]{1,50}$',
    default: 'us-east-1',
    description: 'Region of the bucket.',
  }),
  s3Endpoint: Type.Optional(Type.String({ description: 'URL of an S3-compatible service. Default: AWS.' })),
  s3AccessKeyId: Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,200}$',
      description:
        'Access key ID of the bucket. If not set, the AWS client uses its default credentials, such as the role of the machine.',
    }),
  ),
  s3SecretAccessKey: Type.Optional(
    Type.String({ pattern: '^[!-~]{1,200}$', description: 'Secret access key of the bucket.' }),
  ),
  s3PathStyle: Type.Optional(
    Type.Boolean({
      description:
        'Whether the bucket name is part of the path instead of the host name. Default: true if `S3_ENDPOINT` is set.',
    }),
  ),
  adminKey: Type.Optional(
    Type.String({
      pattern: '^[!-~]{20,500}$',
      description:
        'Key of the first administrator, for automated setups. Changing it revokes the previous key and all keys created with it.',
    }),
  ),
  idParity: Type.Optional(
    Type.Enum(['odd', 'even'], {
      description:
        'Which ids this site assigns when two sites share records. Default: the parity stored in the database.',
    }),
  ),
  logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Minimum level of logged messages.',
  }),
  publicUrl: Type.Optional(Type.String({ description: 'Public URL of the server, used for links in responses.' })),
  corsOrigins: Type.Array(Type.String(), {
    default: [],
    description: 'Origins of web pages that may call the API (CORS).',
  }),
  trustProxy: Type.Union([Type.Boolean(), Type.Integer({ minimum: 1, maximum: 100 }), Type.Array(Type.String())], {
    default: false,
    description: 'Proxies whose `X-Forwarded-*` headers are trusted.',
  }),
  bodyLimit: Type.Integer({
    minimum: kilobyte,
    maximum: 256 * megabyte,
    default: 10 * megabyte,
    description: 'Maximum size of a JSON body.',
  }),
  uploadLimit: Type.Integer({
    minimum: kilobyte,
    maximum: 1024 * gigabyte,
    default: gigabyte,
    description: 'Maximum size of an uploaded file.',
  }),
  rateLimit: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 6000,
    description: 'Maximum number of requests per key and minute, counted by each server. 0 means no limit.',
  }),
  statementTimeoutMs: Type.Integer({
    minimum: 0,
    maximum: 3_600_000,
    default: 30_000,
    description: 'Maximum time of a database statement of a request, in milliseconds. 0 means no limit.',
  }),
  eventLoopDelayMs: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 250,
    description:
      'The server rejects requests while its event loop is delayed by more than this time, in milliseconds. 0 turns this off.',
  }),
  slowStatementMs: Type.Integer({
    minimum: 0,
    maximum: 3_600_000,
    default: 500,
    description: 'The server logs statements that take this time or longer, in milliseconds.',
  }),
  metricsKey: Type.Optional(
    Type.String({
      pattern: '^[!-~]{20,500}$',
      description: 'Key that gives access to `/metrics` only. Keys of administrators always work.',
    }),
  ),
  otlpEndpoint: Type.Optional(
    Type.String({ description: 'URL of a trace collector (OTLP over HTTP), such as http://localhost:4318.' }),
  ),
  worker: Type.Boolean({
    default: true,
    description: 'Whether the server also runs background jobs. Set it to false if `npm run worker` runs them.',
  }),
})
export type Config = Type.Static<typeof Config>

/** A row of the README's table of variables. `default` is empty when there is no default. */
export interface ConfigVariable {
  variable: string
  default: string
  takes: string
  description: string
}

/** The error of an invalid environment. Its message has one line for each invalid variable. */
export class ConfigFault extends Error {
  override name = 'ConfigFault'
}

const variables: Record<keyof Config, [variable: string, form: Form]> = {
  port: ['PORT', wholeNumber],
  host: ['HOST', text('a host name or an IP address')],
  databaseUrl: ['DATABASE_URL', databaseUrl],
  databasePoolSize: ['DATABASE_POOL_SIZE', wholeNumber],
  dataDir: ['DATA_DIR', text('a path')],
  s3Bucket: ['S3_BUCKET', text('the name of a bucket')],
  s3Region: ['S3_REGION', text('a region such as eu-central-1')],
  s3Endpoint: ['S3_ENDPOINT', publicUrl],
  s3AccessKeyId: ['S3_ACCESS_KEY_ID', foreignSecret],
  s3SecretAccessKey: ['S3_SECRET_ACCESS_KEY', foreignSecret],
  s3PathStyle: ['S3_PATH_STYLE', trueOrFalse],
  adminKey: ['ADMIN_KEY', secret],
  idParity: ['ID_PARITY', choice],
  logLevel: ['LOG_LEVEL', choice],
  publicUrl: ['PUBLIC_URL', publicUrl],
  corsOrigins: ['CORS_ORIGINS', origins],
  trustProxy: ['TRUST_PROXY', proxies],
  bodyLimit: ['BODY_LIMIT', size],
  uploadLimit: ['UPLOAD_LIMIT', size],
  rateLimit: ['RATE_LIMIT', wholeNumber],
  statementTimeoutMs: ['STATEMENT_TIMEOUT_MS', wholeNumber],
  eventLoopDelayMs: ['EVENT_LOOP_DELAY_MS', wholeNumber],
  slowStatementMs: ['SLOW_STATEMENT_MS', wholeNumber],
  metricsKey: ['METRICS_KEY', secret],
  otlpEndpoint: ['OTEL_EXPORTER_OTLP_ENDPOINT', publicUrl],
  worker: ['WORKER', trueOrFalse],
}

/** Variables that require another variable. */
const needs: Partial<Record<keyof Config, keyof Config>> = {
  s3Endpoint: 's3Bucket',
  s3AccessKeyId: 's3SecretAccessKey',
  s3SecretAccessKey: 's3AccessKeyId',
}

/**
 * Reads the configuration from the environment. Empty variables count as not set; unknown variables are ignored. Throws
 * `ConfigFault`.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const config: Record<string, unknown> = {}
  const faults: string[] = []
  for (const [key, variable, form, schema] of entries()) {
    const given = env[variable]?.trim()
    const value = given ? form.read(given) : schema.default
    if (value !== undefined) config[key] = value
    if (given && !Value.Check(schema, value)) {
      faults.push(`${variable} is ${quoted(form, given)}; it must be ${form.takes(schema)}.`)
    }
  }
  for (const [key, needed] of Object.entries(needs) as [keyof Config, keyof Config][]) {
    if (key in config && !(needed in config)) faults.push(`${variables[key][0]} requires ${variables[needed][0]}.`)
  }
  if (faults.length > 0) throw new ConfigFault(faults.join('\n'))
  return Value.Parse(Config, config)
}

/** Returns the variables as the README lists them. */
export function configTable(): ConfigVariable[] {
  return entries().map(([, variable, form, schema]) => ({
    variable,
    default: schema.default === undefined ? '' : (form.write ?? String)(schema.default),
    takes: form.takes(schema),
    description: schema.description ?? '',
  }))
}

function entries() {
  // Widened to a common type: the union of the property types has no `default`.
  const schemas: Record<keyof Config, Type.TSchema & Bounds> = Config.properties
  const keys = Object.keys(variables) as (keyof Config)[]
  return keys.map((key) => [key, ...variables[key], schemas[key]] as const)
}

function quoted(form: Form, given: string): string {
  if (form.quote) return form.quote(given)
  const shown = given.replace(/\/\/.*@/, '//…@')
  return JSON.stringify(shown.length > 100 ? `${shown.slice(0, 100)}…` : shown)
}
