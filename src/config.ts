import {
  choice,
  databaseUrl,
  foreignSecret,
  origins,
  proxies,
  publicUrl,
  secret,
  size,
  text,
  trueOrFalse,
  type ValueFormat,
  wholeNumber,
} from './config-values.ts'

/** An environment variable. */
interface Variable {
  name: string
  form: ValueFormat<unknown>
  /** The default, written as in the environment. */
  default?: string
  /** Another variable that it requires. */
  needs?: string
  description: string
}

const variables = {
  port: {
    name: 'PORT',
    form: wholeNumber(0, 65_535),
    default: '3000',
    description: 'Port of the HTTP server. With 0 the server picks a free port and logs it.',
  },
  host: {
    name: 'HOST',
    form: text('a host name or an IP address', /^[A-Za-z0-9:._-]+$/),
    default: '127.0.0.1',
    description: 'Address to listen on. Use `0.0.0.0` or `::` to accept connections from other machines.',
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    form: databaseUrl,
    description: 'URL of a Postgres 15 or newer. If not set, the server starts an embedded Postgres.',
  },
  databaseDirectUrl: {
    name: 'DATABASE_DIRECT_URL',
    form: databaseUrl,
    needs: 'DATABASE_URL',
    description:
      'URL of the same database without a pooler. Jobs, migrations and notifications use it. Required if `DATABASE_URL` is a pooler in transaction mode.',
  },
  databasePoolSize: {
    name: 'DATABASE_POOL_SIZE',
    form: wholeNumber(1, 200),
    default: '10',
    description:
      'Maximum number of database connections per process. The server opens up to ten more for background jobs.',
  },
  preparedStatements: {
    name: 'PREPARED_STATEMENTS',
    form: trueOrFalse,
    default: 'true',
    description:
      'Whether the connections of `DATABASE_URL` keep the plans of frequent statements. Set it to false if it is a pooler in transaction mode.',
  },
  dataDir: {
    name: 'DATA_DIR',
    form: text('a path', /./),
    default: './data',
    description: 'Folder for the embedded Postgres and for uploaded files. It is created if it does not exist.',
  },
  s3Bucket: {
    name: 'S3_BUCKET',
    form: text('the name of a bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    description: 'S3 bucket for uploaded files. If not set, files are stored in `DATA_DIR`.',
  },
  s3Region: {
    name: 'S3_REGION',
    form: text('a region such as eu-central-1', /^[a-z0-9-]{1,50}$/),
    default: 'us-east-1',
    description: 'Region of the bucket.',
  },
  s3Endpoint: {
    name: 'S3_ENDPOINT',
    form: publicUrl,
    needs: 'S3_BUCKET',
    description: 'URL of an S3-compatible service. Default: AWS.',
  },
  s3AccessKeyId: {
    name: 'S3_ACCESS_KEY_ID',
    form: foreignSecret,
    needs: 'S3_SECRET_ACCESS_KEY',
    description:
      'Access key ID of the bucket. If not set, the AWS client uses its default credentials, such as the role of the machine.',
  },
  s3SecretAccessKey: {
    name: 'S3_SECRET_ACCESS_KEY',
    form: foreignSecret,
    needs: 'S3_ACCESS_KEY_ID',
    description: 'Secret access key of the bucket.',
  },
  s3PathStyle: {
    name: 'S3_PATH_STYLE',
    form: trueOrFalse,
    description:
      'Whether the bucket name is part of the path instead of the host name. Default: true if `S3_ENDPOINT` is set.',
  },
  adminKey: {
    name: 'ADMIN_KEY',
    form: secret,
    description:
      'Key of the first administrator, for automated setups. Changing it revokes the previous key and all keys created with it.',
  },
  idParity: {
    name: 'ID_PARITY',
    form: choice('odd', 'even'),
    description:
      'Which ids this site assigns when two sites share records. Default: the parity stored in the database.',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    form: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    description: 'Minimum level of logged messages.',
  },
  publicUrl: {
    name: 'PUBLIC_URL',
    form: publicUrl,
    description: 'Public URL of the server, used for links in responses.',
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    form: origins,
    default: '',
    description: 'Origins of web pages that may call the API (CORS).',
  },
  trustProxy: {
    name: 'TRUST_PROXY',
    form: proxies,
    default: 'false',
    description: 'Proxies whose `X-Forwarded-*` headers are trusted.',
  },
  bodyLimit: {
    name: 'BODY_LIMIT',
    form: size('1KB', '256MB'),
    default: '10MB',
    description: 'Maximum size of a JSON body.',
  },
  uploadLimit: {
    name: 'UPLOAD_LIMIT',
    form: size('1KB', '1024GB'),
    default: '1GB',
    description: 'Maximum size of an uploaded file.',
  },
  importRowsPerSecond: {
    name: 'IMPORT_ROWS_PER_SECOND',
    form: wholeNumber(0, 1_000_000),
    default: '0',
    description:
      'Maximum number of rows per second that an import writes, so that requests stay fast meanwhile. 0 means no limit.',
  },
  rateLimit: {
    name: 'RATE_LIMIT',
    form: wholeNumber(0, 1_000_000),
    default: '6000',
    description: 'Maximum number of requests per key and minute, counted by each server. 0 means no limit.',
  },
  statementTimeoutMs: {
    name: 'STATEMENT_TIMEOUT_MS',
    form: wholeNumber(0, 3_600_000),
    default: '30000',
    description: 'Maximum time of a database statement of a request, in milliseconds. 0 means no limit.',
  },
  eventLoopDelayMs: {
    name: 'EVENT_LOOP_DELAY_MS',
    form: wholeNumber(0, 60_000),
    default: '250',
    description:
      'The server rejects requests while its event loop is delayed by more than this time, in milliseconds. 0 turns this off.',
  },
  slowStatementMs: {
    name: 'SLOW_STATEMENT_MS',
    form: wholeNumber(0, 3_600_000),
    default: '500',
    description: 'The server logs statements that take this time or longer, in milliseconds.',
  },
  metricsKey: {
    name: 'METRICS_KEY',
    form: secret,
    description: 'Key that gives access to `/metrics` only. Keys of administrators always work.',
  },
  otlpEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    form: publicUrl,
    description: 'URL of a trace collector (OTLP over HTTP), such as http://localhost:4318.',
  },
  worker: {
    name: 'WORKER',
    form: trueOrFalse,
    default: 'true',
    description: 'Whether the server also runs background jobs. Set it to false if `npm run worker` runs them.',
  },
} satisfies Record<string, Variable>

type Variables = typeof variables
type WithDefault = {
  [Key in keyof Variables]: Variables[Key] extends { default: string } ? Key : never
}[keyof Variables]
type ValueOf<Key extends keyof Variables> = Variables[Key]['form'] extends ValueFormat<infer Value> ? Value : never

/** The configuration. It is read once at start from the environment. */
export type Config = { [Key in WithDefault]: ValueOf<Key> } & {
  [Key in Exclude<keyof Variables, WithDefault>]?: ValueOf<Key>
}

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

/**
 * Reads the configuration from the environment. Empty variables count as not set; unknown variables are ignored. Throws
 * `ConfigFault`.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const config: Record<string, unknown> = {}
  const faults: string[] = []
  const given = (name: string) => env[name]?.trim() || undefined
  for (const [key, { name, form, needs, default: initial }] of Object.entries<Variable>(variables)) {
    const text = given(name) ?? initial
    if (text === undefined) continue
    const value = form.read(text)
    if (value === undefined) faults.push(`${name} is ${quoted(form, text)}; it must be ${form.takes}.`)
    else config[key] = value
    if (needs !== undefined && !given(needs)) faults.push(`${name} requires ${needs}.`)
  }
  if (faults.length > 0) throw new ConfigFault(faults.join('\n'))
  // Every value has the type of its variable.
  return config as Config
}

/** Returns the variables as the README lists them. */
export function configTable(): ConfigVariable[] {
  return Object.values<Variable>(variables).map(({ name, form, default: initial = '', description }) => ({
    variable: name,
    default: initial,
    takes: form.takes,
    description,
  }))
}

function quoted(form: ValueFormat<unknown>, given: string): string {
  if (form.quote) return form.quote(given)
  const shown = given.replace(/\/\/.*@/, '//…@')
  return JSON.stringify(shown.length > 100 ? `${shown.slice(0, 100)}…` : shown)
}
