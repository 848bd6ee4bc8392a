import { buildApp } from './app.ts'
import { connect } from './database/connect.ts'
import { openLog } from './http/log.ts'

/** Prints the API document. It is built from the routes only, so no database connection is opened. */
const app = await buildApp({
  ...connect({ max: 1 }),
  secret: '',
  dataDir: '',
  uploadLimit: 1_000_000_000,
  log: openLog('silent'),
  trustProxy: false,
  bodyLimit: 1_000_000,
  corsOrigins: [],
})
await app.ready()
console.log(JSON.stringify(app.swagger(), null, 2))
