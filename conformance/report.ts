import type { Exchange, Response } from './exchange.ts'
import type { Violation } from './violations.ts'

interface Operation {
  name: string
  method: string
  pattern: RegExp
}

/** Counts the exchanges that went through the proxies, and collects the violations that they reported. */
export class Report {
  readonly #operations: Operation[]
  readonly #passed = new Map<string, number>()
  readonly #violations = new Map<string, { count: number; example: string }>()
  /** The number of requests to paths and methods that the document does not have. */
  #others = 0

  constructor(document: { paths: Record<string, Record<string, object>> }) {
    this.#operations = operationsOf(document)
  }

  /** Adds an exchange, with the violations of the document that the proxy reported. */
  add(exchange: Exchange, response: Response, violations: readonly Violation[]): void {
    const { method, url, form } = exchange
    const path = url.split('?')[0]!
    const operation = this.#operations.find((one) => one.method === method && one.pattern.test(path))
    if (!operation) {
      this.#others++
      return
    }
    this.#passed.set(operation.name, (this.#passed.get(operation.name) ?? 0) + 1)
    for (const { location, message } of violations) {
      const place = location.map((part) => (/^\d+$/.test(part) ? '*' : part)).join('/')
      const kind = `${operation.name} ${response.status} (${form}) ${place}: ${message.replaceAll(/\d+/g, '*')}`
      const { count, example } = this.#violations.get(kind) ?? { count: 0, example: exampleOf(exchange, response) }
      this.#violations.set(kind, { count: count + 1, example })
    }
  }

  isClean(): boolean {
    return this.#violations.size === 0
  }

  toString(): string {
    const total = [...this.#passed.values()].reduce((sum, count) => sum + count, 0)
    const missed = this.#operations.map(({ name }) => name).filter((name) => !this.#passed.has(name))
    return [
      ...[...this.#violations].map(([kind, { count, example }]) => `${count} × ${kind}\n${example}\n`),
      `${total} requests to ${this.#passed.size} of ${this.#operations.length} operations went through the proxy.`,
      `${this.#others} requests had paths or methods that the document does not have.`,
      missed.length > 0 && `No request: ${missed.join(', ')}.`,
      this.isClean() ? 'No response violates the document.' : 'Some responses violate the document: see above.',
    ]
      .filter(Boolean)
      .join('\n')
  }
}

/** Returns the operations of a document. Paths without parameters come before those that also match them. */
function operationsOf({ paths }: { paths: Record<string, Record<string, object>> }): Operation[] {
  const sorted = Object.entries(paths).sort(([a], [b]) => a.split('{').length - b.split('{').length)
  return sorted.flatMap(([path, methods]) => {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`)
    return Object.keys(methods).map((name) => ({
      name: `${name.toUpperCase()} ${path}`,
      method: name.toUpperCase(),
      pattern,
    }))
  })
}

function exampleOf({ method, url, body }: Exchange, response: Response): string {
  const [sent, received] = [body, response.body].map((bytes) => bytes?.toString().slice(0, 2000))
  return `  ${method} ${url} ${sent}\n  ${received}`
}
