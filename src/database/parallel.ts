/** Maximum number of statements that one request runs at once, so that it does not use all connections. */
export const parallelOptions = { concurrency: 3 }
