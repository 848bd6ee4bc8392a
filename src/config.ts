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

/** Everything that the environment decides, read once at start and passed on. */
export const Config = Type.Object({
  port: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 3000,
    description: 'Port of the HTTP server; 0 takes a free one and logs it.',
  }),
  host: Type.String({
    pattern: '^[A-Za-z0-9:._-]+$',
    default: '127.0.0.1',
    description: 'Address to listen on; `0.0.0.0` or `::` to be reached from other machines.',
  }),
  databaseUrl: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://\\S+$',
      description: 'Postgres 15 or newer to use; without it an embedded one is started.',
    }),
  ),
  databasePoolSize: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 10,
    description:
      'The most connections that one process opens for its work; a server takes up to ten more for its jobs.',
  }),
  dataDir: Type.String({
    minLength: 1,
    default: './data',
    description: 'Folder of the embedded Postgres and of uploaded files; made when it is missing.',
  }),
  s3Bucket: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'S3 bucket in which uploaded files are kept; without it they lie in `DATA_DIR`.',
    }),
  ),
  s3Region: Type.String({
    pattern: '^[a-z0-9-]{1,50}$',
    default: 'us-east-1',
    description: 'Region of the bucket.',
  }),
  s3Endpoint: Type.Optional(
    Type.String({ description: 'Address of another service that speaks S3; without it that of AWS.' }),
  ),
  s3AccessKeyId: Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,200}$',
      description: 'Key of the bucket; without it the role of the machine, or what else the AWS client finds.',
    }),
  ),
  s3SecretAccessKey: Type.Optional(Type.String({ pattern: '^[!-~]{1,200}$', description: 'Secret of that key.' })),
  s3PathStyle: Type.Optional(
    Type.Boolean({
      description:
        'Whether the bucket stands in the path and not in the host name; without it, where `S3_ENDPOINT` is.',
    }),
  ),
  adminKey: Type.Optional(
    Type.String({
      pattern: '^[!-~]{20,500}$',
      description:
        'Key of the first administrator, for machines that are set up without a person; a new one ends the old one and all keys made with it.',
    }),
  ),
  idParity: Type.Optional(
    Type.Enum(['odd', 'even'], {
      description: 'Which ids this site gives out when two sites share records; without it what the database has.',
    }),
  ),
  logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'The least important lines that are logged.',
  }),
  publicUrl: Type.Optional(
    Type.String({ description: 'Address under which callers reach the server, for links in answers.' }),
  ),
  corsOrigins: Type.Array(Type.String(), {
    default: [],
    description: 'Origins of web pages whose scripts may call the API.',
  }),
  trustProxy: Type.Union([Type.Boolean(), Type.Integer({ minimum: 1, maximum: 100 }), Type.Array(Type.String())], {
    default: false,
    description: 'Proxies whose `X-Forwarded-*` headers are believed.',
  }),
  bodyLimit: Type.Integer({
    minimum: kilobyte,
    maximum: 256 * megabyte,
    default: 10 * megabyte,
    description: 'The largest JSON body.',
  }),
  uploadLimit: Type.Integer({
    minimum: kilobyte,
    maximum: 1024 * gigabyte,
    default: gigabyte,
    description: 'The largest uploaded file.',
  }),
  rateLimit: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 6000,
    description: 'How many requests a key may make to one server in a minute; 0 for any number.',
  }),
  statementTimeoutMs: Type.Integer({
    minimum: 0,
    maximum: 3_600_000,
    default: 30_000,
    description: 'Milliseconds that a request may ask the database for one thing; 0 for as long as it takes.',
  }),
  eventLoopDelayMs: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 250,
    description: 'Requests are refused while the turns of the event loop are so many milliseconds late; 0 for never.',
  }),
  slowStatementMs: Type.Integer({
    minimum: 0,
    maximum: 3_600_000,
    default: 500,
    description: 'Statements of so many milliseconds and more are logged.',
  }),
  metricsKey: Type.Optional(
    Type.String({
      pattern: '^[!-~]{20,500}$',
      description: 'Key with which one may read `/metrics` and do nothing else; administrators always may.',
    }),
  ),
  otlpEndpoint: Type.Optional(
    Type.String({ description: 'Collector of traces (OTLP over HTTP), such as http://localhost:4318.' }),
  ),
  worker: Type.Boolean({
    default: true,
    description: 'Whether this process also does background jobs; false when `npm run worker` does them.',
  }),
})
export type Config = Type.Static<typeof Config>

/** One line of the README's table of variables; `default` is empty when there is none. */
export interface ConfigVariable {
  variable: string
  default: string
  takes: string
  description: string
}

/** The environment is wrong: the message has one line for every variable at fault. */
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

/** Variables that mean nothing without another one. */
const needs: Partial<Record<keyof Config, keyof Config>> = {
  s3Endpoint: 's3Bucket',
  s3AccessKeyId: 's3SecretAccessKey',
  s3SecretAccessKey: 's3AccessKeyId',
}

/** Reads the environment; an empty variable counts as not set, and other programs' variables are left alone. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const config: Record<string, unknown> = {}
  const faults: string[] = []
  for (const [key, variable, form, schema] of entries()) {
    const given = env[variable]?.trim()
    const value = given ? form.read(given) : schema.default
    if (value !== undefined) config[key] = value
    if (given && !Value.Check(schema, value)) {
      faults.push(`${variable} is ${quoted(form, given)}; it takes ${form.takes(schema)}.`)
    }
  }
  for (const [key, needed] of Object.entries(needs) as [keyof Config, keyof Config][]) {
    if (key in config && !(needed in config)) faults.push(`${variables[key][0]} needs ${variables[needed][0]}.`)
  }
  if (faults.length > 0) throw new ConfigFault(faults.join('\n'))
  return Value.Parse(Config, config)
}

/** The variables as the README shows them. */
export function configTable(): ConfigVariable[] {
  return entries().map(([, variable, form, schema]) => ({
    variable,
    default: schema.default === undefined ? '' : (form.write ?? String)(schema.default),
    takes: form.takes(schema),
    description: schema.description ?? '',
  }))
}

function entries() {
  // Widened to what all the properties have in common: their union type has no `default`.
  const schemas: Record<keyof Config, Type.TSchema & Bounds> = Config.properties
  const keys = Object.keys(variables) as (keyof Config)[]
  return keys.map((key) => [key, ...variables[key], schemas[key]] as const)
}

function quoted(form: Form, given: string): string {
  if (form.quote) return form.quote(given)
  const shown = given.replace(/\/\/.*@/, '//…@')
  return JSON.stringify(shown.length > 100 ? `${shown.slice(0, 100)}…` : shown)
}
