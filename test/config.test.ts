import { describe, expect, it } from '@jest/globals'
import { ConfigFault, configTable, readConfig } from '../src/config.ts'

const defaults = {
  port: 3000,
  host: '127.0.0.1',
  databasePoolSize: 10,
  dataDir: './data',
  logLevel: 'info',
  preparedStatements: true,
  s3Region: 'us-east-1',
  corsOrigins: [],
  trustProxy: false,
  bodyLimit: 10_485_760,
  uploadLimit: 1_073_741_824,
  importRowsPerSecond: 0,
  rateLimit: 6000,
  statementTimeoutMs: 30_000,
  eventLoopDelayMs: 250,
  slowStatementMs: 500,
  worker: true,
}

describe('environment variables', () => {
  it('may all be missing', () => {
    expect(readConfig({})).toEqual(defaults)
  })

  it('count as not set if empty, and those of other programs are ignored', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ', ADMIN_KEY: undefined, PATH: '/bin', WORKERS: '7' })).toEqual(
      defaults,
    )
  })

  it.each<[string, string, object]>([
    ['PORT', '0', { port: 0 }],
    ['PORT', ' 65535\r', { port: 65_535 }],
    ['HOST', '::', { host: '::' }],
    ['HOST', 'crm.local', { host: 'crm.local' }],
    [
      'DATABASE_URL',
      'postgres://u:p@h:5432/d?sslmode=require',
      { databaseUrl: 'postgres://u:p@h:5432/d?sslmode=require' },
    ],
    ['DATABASE_URL', 'postgresql:///d?host=/run/pg', { databaseUrl: 'postgresql:///d?host=/run/pg' }],
    ['DATABASE_POOL_SIZE', '200', { databasePoolSize: 200 }],
    ['PREPARED_STATEMENTS', 'false', { preparedStatements: false }],
    ['DATA_DIR', '/srv/мои данные', { dataDir: '/srv/мои данные' }],
    ['S3_REGION', 'eu-central-1', { s3Region: 'eu-central-1' }],
    ['S3_BUCKET', 'crm.files', { s3Bucket: 'crm.files' }],
    ['ADMIN_KEY', 'abcdefghijklmnopqrst', { adminKey: 'abcdefghijklmnopqrst' }],
    ['ID_PARITY', 'even', { idParity: 'even' }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['PUBLIC_URL', 'https://example.com/crm', { publicUrl: 'https://example.com/crm' }],
    ['CORS_ORIGINS', '*', { corsOrigins: ['*'] }],
    [
      'CORS_ORIGINS',
      'https://a.example, http://localhost:5173',
      { corsOrigins: ['https://a.example', 'http://localhost:5173'] },
    ],
    ['TRUST_PROXY', 'true', { trustProxy: true }],
    ['TRUST_PROXY', '2', { trustProxy: 2 }],
    ['TRUST_PROXY', '10.0.0.0/8,::1', { trustProxy: ['10.0.0.0/8', '::1'] }],
    ['BODY_LIMIT', '65536', { bodyLimit: 65_536 }],
    ['BODY_LIMIT', '512KB', { bodyLimit: 524_288 }],
    ['UPLOAD_LIMIT', '2gb', { uploadLimit: 2_147_483_648 }],
    ['RATE_LIMIT', '0', { rateLimit: 0 }],
    ['STATEMENT_TIMEOUT_MS', '0', { statementTimeoutMs: 0 }],
    ['EVENT_LOOP_DELAY_MS', '1000', { eventLoopDelayMs: 1000 }],
    ['SLOW_STATEMENT_MS', '0', { slowStatementMs: 0 }],
    ['METRICS_KEY', 'abcdefghijklmnopqrst', { metricsKey: 'abcdefghijklmnopqrst' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318', { otlpEndpoint: 'http://localhost:4318' }],
    ['WORKER', 'false', { worker: false }],
  ])('accept %s=%s', (variable, value, expected) => {
    expect(readConfig({ [variable]: value })).toEqual({ ...defaults, ...expected })
  })

  it.each([
    ['PORT', '65536', 'PORT is "65536"; it must be a whole number from 0 to 65535.'],
    ['PORT', '-1', 'PORT is "-1"; it must be a whole number from 0 to 65535.'],
    ['PORT', '3000.5', 'PORT is "3000.5"; it must be a whole number from 0 to 65535.'],
    ['HOST', 'http://a', 'HOST is "http://a"; it must be a host name or an IP address.'],
    ['DATABASE_POOL_SIZE', '0', 'DATABASE_POOL_SIZE is "0"; it must be a whole number from 1 to 200.'],
    ['ID_PARITY', 'Odd', 'ID_PARITY is "Odd"; it must be odd or even.'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud"; it must be fatal, error, warn, info, debug, trace or silent.'],
    ['S3_BUCKET', 'Crm/Files', 'S3_BUCKET is "Crm/Files"; it must be the name of a bucket.'],
    ['DATABASE_DIRECT_URL', 'postgres://h/d', 'DATABASE_DIRECT_URL requires DATABASE_URL.'],
    ['S3_ENDPOINT', 'http://minio:9000', 'S3_ENDPOINT requires S3_BUCKET.'],
    ['S3_ACCESS_KEY_ID', 'key', 'S3_ACCESS_KEY_ID requires S3_SECRET_ACCESS_KEY.'],
    ['WORKER', 'yes', 'WORKER is "yes"; it must be true or false.'],
    ['BODY_LIMIT', '1GB', 'BODY_LIMIT is "1GB"; it must be a size from 1KB to 256MB, such as 65536, 512KB or 10MB.'],
    [
      'UPLOAD_LIMIT',
      '10 мб',
      'UPLOAD_LIMIT is "10 мб"; it must be a size from 1KB to 1024GB, such as 65536, 512KB or 10MB.',
    ],
  ])('refuse %s=%s and name the accepted values', (variable, value, message) => {
    expect(() => readConfig({ [variable]: value })).toThrow(new ConfigFault(message))
  })

  it.each([
    ['PUBLIC_URL', 'https://example.com/'],
    ['PUBLIC_URL', 'example.com'],
    ['PUBLIC_URL', 'https://example.com?a=b'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['CORS_ORIGINS', 'https://a.example,*'],
    ['CORS_ORIGINS', 'https://a.example,'],
    ['TRUST_PROXY', '0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', 'nginx'],
    ['DATABASE_URL', 'mysql://h/d'],
  ])('refuse %s=%s', (variable, value) => {
    expect(() => readConfig({ [variable]: value })).toThrow(variable)
  })

  it('accept a bucket of another service with its key', () => {
    const bucket = {
      ...{ S3_BUCKET: 'crm', S3_ENDPOINT: 'http://minio:9000', S3_PATH_STYLE: 'false' },
      ...{ S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'sec/ret+' },
    }
    expect(readConfig(bucket)).toEqual({
      ...defaults,
      ...{ s3Bucket: 'crm', s3Endpoint: 'http://minio:9000', s3PathStyle: false },
      ...{ s3AccessKeyId: 'key', s3SecretAccessKey: 'sec/ret+' },
    })
  })

  it('return all faults at once', () => {
    expect(() => readConfig({ PORT: 'x', WORKER: '1' })).toThrow(
      new ConfigFault(
        'PORT is "x"; it must be a whole number from 0 to 65535.\nWORKER is "1"; it must be true or false.',
      ),
    )
  })

  it.each([
    ['DATABASE_URL', 'mysql://me:hunter2@host/db'],
    ['DATABASE_URL', 'host=h password=hunter2'],
    ['ADMIN_KEY', 'hunter2'],
    ['S3_SECRET_ACCESS_KEY', 'hunter2 and a space'],
    ['METRICS_KEY', 'hunter2'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://me:hunter2@example.com'],
    ['PUBLIC_URL', 'https://me:a/b@hunter2@example.com'],
    ['CORS_ORIGINS', 'https://me:hunter2@example.com'],
  ])('never reveal the secret in %s', (variable, value) => {
    expect(() => readConfig({ [variable]: value })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

it('documents the variables with valid defaults', () => {
  const table = configTable()
  expect(table.find(({ variable }) => variable === 'BODY_LIMIT')).toEqual({
    variable: 'BODY_LIMIT',
    default: '10MB',
    takes: 'a size from 1KB to 256MB, such as 65536, 512KB or 10MB',
    description: 'Maximum size of a JSON body.',
  })
  expect(table.every(({ takes, description }) => takes && description)).toBe(true)
  expect(readConfig(Object.fromEntries(table.map((line) => [line.variable, line.default])))).toEqual(defaults)
})
