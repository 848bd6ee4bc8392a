const paths = /\/(search|count|preview|check|convert|data|queries)$|\/analytics\/(?!saved-reports$|dashboards$)[^/]+$/

/** Returns whether an operation, written as `post /v1/…`, only reads, although its parameters are in a body. */
export function onlyReads(operation: string): boolean {
  return operation.startsWith('post ') && paths.test(operation)
}
