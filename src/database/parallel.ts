/** So many statements of one request run at once: it must not take all connections, however many it needs. */
export const inParallel = { concurrency: 3 }
