import { startEmbedded } from '../../src/database/embedded/start.ts'

// Serves a data folder in a separate process that a test can kill. Prints one line once it is ready.
const [dataDir = '', ...flags] = process.argv.slice(2)
const server = await startEmbedded(dataDir, { log: console.error, exclusive: flags.includes('exclusive') })
process.once('SIGTERM', () => server.stop())
console.log(JSON.stringify({ connection: server.connection, guest: server.guest }))
