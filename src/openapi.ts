import { buildApp } from './app.ts'
import { connect } from './database/connect.ts'

/** Prints the API document: it is made of the routes alone, so nothing is asked of a database. */
const app = await buildApp({
  ...connect({ max: 1 }),
  secret: '',
  dataDir: '',
  uploadLimit: 1_000_000_000,
  logLevel: 'silent',
  trustProxy: false,
  bodyLimit: 1_000_000,
  corsOrigins: [],
})
await app.ready()
console.log(JSON.stringify(app.swagger(), null, 2))
